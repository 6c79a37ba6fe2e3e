/** The inference port: queue, placement, call, retry. */
@NullMarked
package io.llmcluster.core.inference;

import org.jspecify.annotations.NullMarked;
