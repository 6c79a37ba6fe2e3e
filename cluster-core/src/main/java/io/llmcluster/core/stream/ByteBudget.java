package io.llmcluster.core.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of one kind are held at a time, all of them together: many bodies or answers, each
 * within its own bound, could else exhaust the heap. Thread-safe.
 */
public final class ByteBudget {

  private final long bytes;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param bytes at most, at least 1
   */
  public ByteBudget(long bytes) {
    this.bytes = bytes;
  }

  /**
   * A quarter of the heap: what is held is often copied once, and the rest of the program needs its
   * part.
   */
  public static ByteBudget ofThisProcess() {
    return new ByteBudget(Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * One of several in a process.
   *
   * @param bytes as a setting has it; 0: an eighth of the heap
   */
  public static ByteBudget ofSetting(long bytes) {
    return new ByteBudget(bytes == 0 ? Runtime.getRuntime().maxMemory() / 8 : bytes);
  }

  /** All of it: nothing larger can ever be held. */
  public long bytes() {
    return bytes;
  }

  public long held() {
    return held.get();
  }

  public Share share() {
    return new Share();
  }

  private boolean take(long more) {
    if (held.addAndGet(more) <= bytes) {
      return true;
    }
    held.addAndGet(-more);
    return false;
  }

  /** What one holder has of it; empty at first. */
  public final class Share {

    private long own;
    private boolean released;

    /** False, and nothing taken, if the budget does not have so much left or it was released. */
    public synchronized boolean grow(long more) {
      if (released || !take(more)) {
        return false;
      }
      own += more;
      return true;
    }

    /** Gives all of it back, for good. */
    public synchronized void release() {
      released = true;
      held.addAndGet(-own);
      own = 0;
    }
  }
}
