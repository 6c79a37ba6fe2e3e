package io.llmcluster.node.embedded.child;

import io.llmcluster.core.inference.InferenceFailure.Overloaded;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Who may generate: so many at a time, so many more in a queue, served about in order. */
final class Slots {
  private static final int LOOK_MILLIS = 100;

  private final Semaphore free;
  private final AtomicInteger inside = new AtomicInteger();
  private final int most;

  Slots(int parallel, int waiting) {
    this.free = new Semaphore(parallel, true);
    this.most = parallel + waiting;
  }

  /**
   * Waits for a slot; {@link #leave} must follow when true. False: the caller has left.
   *
   * @throws ApiError 503 when the queue is full
   */
  boolean enter(BooleanSupplier gone) throws ApiError {
    if (inside.incrementAndGet() > most) {
      inside.decrementAndGet();
      throw new ApiError(503, Overloaded.QUEUE_FULL);
    }
    boolean entered = false;
    try {
      while (!entered && !gone.getAsBoolean()) {
        entered = free.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!entered) {
        inside.decrementAndGet();
      }
    }
    return entered;
  }

  void leave() {
    inside.decrementAndGet();
    free.release();
  }
}
