/** The embedded model: its settings, the fetching of its file, and its process. */
@NullMarked
package io.llmcluster.node.embedded;

import org.jspecify.annotations.NullMarked;
