/** The HTTP and WebSocket face of patterns and their workflows. */
@NullMarked
package io.llmcluster.gateway.pattern;

import org.jspecify.annotations.NullMarked;
