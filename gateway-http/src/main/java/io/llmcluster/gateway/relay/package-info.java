/** Answers of nodes on their way to clients. */
@NullMarked
package io.llmcluster.gateway.relay;

import org.jspecify.annotations.NullMarked;
