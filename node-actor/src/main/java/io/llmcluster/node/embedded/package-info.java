/** The embedded model: its file and its settings. */
@NullMarked
package io.llmcluster.node.embedded;

import org.jspecify.annotations.NullMarked;
