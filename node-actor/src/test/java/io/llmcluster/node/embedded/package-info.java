/** The embedded model: tests. */
@NullMarked
package io.llmcluster.node.embedded;

import org.jspecify.annotations.NullMarked;
