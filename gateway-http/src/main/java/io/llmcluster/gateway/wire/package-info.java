/** The bytes that clients send and get: pure functions. */
@NullMarked
package io.llmcluster.gateway.wire;

import org.jspecify.annotations.NullMarked;
