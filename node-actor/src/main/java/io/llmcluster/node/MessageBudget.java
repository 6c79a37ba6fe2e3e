package io.llmcluster.node;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many bytes of large requests a node port holds at a time, those of all gateways together:
 * each gateway bounds its own only. Thread-safe.
 */
final class MessageBudget {

  /** Smaller requests are not counted; it is the slots that bound them. */
  private static final int SMALL = 1024 * 1024;

  private final long bytes;
  private final int mostWaiting;
  private long held;
  private final Deque<Share> waiting = new ArrayDeque<>();

  /**
   * @param bytes at most, at least 1; by their lengths, and while it is being decoded a message is
   *     held twice
   * @param mostWaiting that wait for room at a time
   */
  MessageBudget(long bytes, int mostWaiting) {
    this.bytes = bytes;
    this.mostWaiting = mostWaiting;
  }

  /** Whether a message of the length needs a share. */
  static boolean isLarge(long length) {
    return length > SMALL;
  }

  long bytes() {
    return bytes;
  }

  Share share() {
    return new Share();
  }

  /** What one call holds of it; nothing at first. */
  final class Share {

    private long own;
    private boolean has;
    private boolean released;
    private Runnable granted = () -> {};

    /**
     * Takes its share when there is room, in the order of asking. To be called once.
     *
     * @param length bytes, not more than the whole budget
     * @param whenGranted called once there is room, on any thread; never if released before
     * @return false if too many wait already; it has left then
     */
    boolean take(long length, Runnable whenGranted) {
      synchronized (MessageBudget.this) {
        if (released) {
          return false;
        }
        own = length;
        granted = whenGranted;
        waiting.add(this);
        grant();
        return has || waiting.size() <= mostWaiting || !waiting.remove(this);
      }
    }

    /** Gives it back, for good; or does not want it any more. */
    void release() {
      synchronized (MessageBudget.this) {
        released = true;
        waiting.remove(this);
        if (has) {
          has = false;
          held -= own;
        }
        grant();
      }
    }

    boolean isTaken() {
      synchronized (MessageBudget.this) {
        return has;
      }
    }
  }

  private void grant() {
    for (Share next = waiting.peek();
        next != null && held + next.own <= bytes;
        next = waiting.peek()) {
      waiting.remove();
      held += next.own;
      next.has = true;
      next.granted.run();
    }
  }
}
