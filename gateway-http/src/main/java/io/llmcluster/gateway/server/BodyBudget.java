package io.llmcluster.gateway.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies a gateway holds at a time, all of them together: many bodies
 * within their own bound could else exhaust the heap. Thread-safe.
 */
final class BodyBudget {

  private final long bytes;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param bytes at most, at least 1
   */
  BodyBudget(long bytes) {
    this.bytes = bytes;
  }

  /**
   * A quarter of the heap. A body of unknown length is held twice for a moment, and the rest of the
   * program needs its part.
   */
  static BodyBudget ofThisProcess() {
    return new BodyBudget(Runtime.getRuntime().maxMemory() / 4);
  }

  /** All of it: no larger body can ever be held. */
  long bytes() {
    return bytes;
  }

  long held() {
    return held.get();
  }

  Share share() {
    return new Share();
  }

  private boolean take(long more) {
    if (held.addAndGet(more) <= bytes) {
      return true;
    }
    held.addAndGet(-more);
    return false;
  }

  /** What one request holds of it; empty at first. */
  final class Share {

    private long own;
    private boolean released;

    /**
     * False, and nothing taken, if the budget does not have so much left or the request is over.
     */
    synchronized boolean grow(long more) {
      if (released || !take(more)) {
        return false;
      }
      own += more;
      return true;
    }

    /** Gives all of it back, for good. */
    synchronized void release() {
      released = true;
      held.addAndGet(-own);
      own = 0;
    }
  }
}
