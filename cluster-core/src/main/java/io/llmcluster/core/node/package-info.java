/** Reaching nodes: over gRPC in other members, by a plain call in this one. */
@NullMarked
package io.llmcluster.core.node;

import org.jspecify.annotations.NullMarked;
