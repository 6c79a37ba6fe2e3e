/** Which node answers a request: pure functions. */
@NullMarked
package io.llmcluster.core.placement;

import org.jspecify.annotations.NullMarked;
