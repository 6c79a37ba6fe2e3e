/** Nodes: one actor per backend, its admission and health, and the gRPC service in front of it. */
@NullMarked
package io.llmcluster.node;

import org.jspecify.annotations.NullMarked;
