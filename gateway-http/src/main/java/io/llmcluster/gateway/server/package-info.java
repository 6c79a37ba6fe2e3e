/** Connections and the way of a request to its handler. */
@NullMarked
package io.llmcluster.gateway.server;

import org.jspecify.annotations.NullMarked;
