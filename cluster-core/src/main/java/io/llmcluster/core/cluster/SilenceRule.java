package io.llmcluster.core.cluster;

/**
 * When members that cannot be reached have been so for long enough. Times are {@link
 * System#nanoTime}.
 */
final class SilenceRule {

  /** Looks come more often than this, or this process itself was stopped or asleep. */
  private static final long STOOD_STILL_NANOS = 2_000_000_000L;

  /**
   * After a pause of its own a process may be the one that the others have given up; in this time
   * they tell it (Pekko's quarantine, 5 s after a removal).
   */
  private static final long AFTER_PAUSE_NANOS = 10_000_000_000L;

  private final long stableAfterNanos;
  private long stableSince;
  private long lastLook;

  SilenceRule(long stableAfterNanos, long now) {
    this.stableAfterNanos = stableAfterNanos;
    this.stableSince = now;
    this.lastLook = now;
  }

  /** Which members can be reached has changed. */
  void changed(long now) {
    if (now - stableSince > 0) {
      stableSince = now;
    }
  }

  /** A regular look, at least twice a second: whether who is unreachable now is lost. */
  boolean isOver(long now) {
    if (now - lastLook > STOOD_STILL_NANOS) {
      stableSince = now + AFTER_PAUSE_NANOS;
    }
    lastLook = now;
    return now - stableSince >= stableAfterNanos;
  }
}
