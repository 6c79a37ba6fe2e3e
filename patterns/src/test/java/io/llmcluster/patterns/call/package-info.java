/** Calls of steps, without workflows. */
@NullMarked
package io.llmcluster.patterns.call;

import org.jspecify.annotations.NullMarked;
