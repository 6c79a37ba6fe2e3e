/**
 * The cluster's side of waiting: a gateway's bounded queue, and the slots that nodes offer to it.
 */
@NullMarked
package io.llmcluster.core.queue;

import org.jspecify.annotations.NullMarked;
