package io.llmcluster.patterns.call;

import io.llmcluster.core.inference.PlacementListener;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * How long a node has had a call: from the moment that it was given it, so loading the model and
 * reading the prompt count, and the queue does not. Each further node has the whole time.
 * Thread-safe.
 */
final class TimeAtNode implements PlacementListener {

  private final ActorSystem<?> system;
  private final Duration longest;
  private final LongSupplier nanos;
  private final Runnable onUp;

  /** Guarded by this. */
  private @Nullable Cancellable alarm;

  private long since;
  private int changes;
  private boolean up;
  private boolean placed;
  private boolean over;

  /**
   * @param longest that a node may have it
   * @param nanos a clock that only goes forward
   * @param onUp run once, on another thread, when it had it for so long; must not block
   */
  TimeAtNode(ActorSystem<?> system, Duration longest, LongSupplier nanos, Runnable onUp) {
    this.system = system;
    this.longest = longest;
    this.nanos = nanos;
    this.onUp = onUp;
    this.since = nanos.getAsLong();
  }

  @Override
  public synchronized void placed() {
    stop();
    placed = true;
    if (!over) {
      since = nanos.getAsLong();
      int placement = changes;
      alarm =
          system
              .scheduler()
              .scheduleOnce(longest, () -> ring(placement), system.executionContext());
    }
  }

  @Override
  public synchronized void displaced() {
    stop();
  }

  /** Whether any node was given the call. */
  synchronized boolean wasPlaced() {
    return placed;
  }

  /** The call is over: its time does not run out any more. */
  synchronized void end() {
    over = true;
    stop();
  }

  private void stop() {
    changes++;
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
  }

  private void ring(int placement) {
    synchronized (this) {
      if (placement != changes) {
        return; // too late to cancel it
      }
      end();
      up = true;
    }
    onUp.run();
  }

  /** Whether it ran out. */
  synchronized boolean isUp() {
    return up;
  }

  /** Since the last node was given it. */
  synchronized long millis() {
    return (nanos.getAsLong() - since) / 1_000_000;
  }
}
