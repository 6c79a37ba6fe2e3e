/** What this machine consists of. */
@NullMarked
package io.llmcluster.node.hardware;

import org.jspecify.annotations.NullMarked;
