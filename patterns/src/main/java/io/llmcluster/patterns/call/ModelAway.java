package io.llmcluster.patterns.call;

import io.llmcluster.core.inference.InferenceFailure;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a call has found none of its model's nodes while other nodes took calls: a while of that
 * is waited for, then the others of its pattern go on without it. That no node at all takes calls
 * is no loss of a model, and ends the count. One failure at a time.
 */
final class ModelAway {

  private final Duration longest;
  private final LongSupplier nanos;
  private boolean away;
  private long since;

  /**
   * @param longest from the first failure that tells of it to the last
   * @param nanos a clock that only goes forward
   */
  ModelAway(Duration longest, LongSupplier nanos) {
    this.longest = longest;
    this.nanos = nanos;
  }

  /**
   * Whether, with this failure of the call, it is not waited for any longer.
   *
   * @param placed whether a node was given the call since the failure before
   */
  boolean isTooLong(Throwable failure, boolean placed) {
    boolean still = failure instanceof InferenceFailure.NoNode noNode && noNode.othersCan();
    if (still && (!away || placed)) {
      since = nanos.getAsLong();
    }
    away = still;
    return away && nanos.getAsLong() - since >= longest.toNanos();
  }

  /** How long that was, in words. */
  String words() {
    return longest.toMillis() % 1000 == 0 ? longest.toSeconds() + "s" : longest.toMillis() + "ms";
  }
}
