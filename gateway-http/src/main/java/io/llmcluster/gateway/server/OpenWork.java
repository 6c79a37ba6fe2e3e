package io.llmcluster.gateway.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;

/**
 * Counts what a gateway has begun and not ended, so that a stopping one knows when it may go.
 * Thread-safe.
 */
final class OpenWork {

  private final CompletableFuture<Done> done = new CompletableFuture<>();
  private int open;
  private boolean draining;

  /**
   * @return to be run when it has ended; more than once does no harm
   */
  synchronized Runnable begin() {
    open++;
    AtomicBoolean ended = new AtomicBoolean();
    return () -> {
      if (ended.compareAndSet(false, true)) {
        end();
      }
    };
  }

  private void end() {
    boolean last;
    synchronized (this) {
      last = --open == 0 && draining;
    }
    if (last) {
      done.complete(Done.getInstance());
    }
  }

  synchronized boolean isDraining() {
    return draining;
  }

  /** From now on, nothing open means the end. Completes then. */
  CompletionStage<Done> drain() {
    boolean idle;
    synchronized (this) {
      draining = true;
      idle = open == 0;
    }
    if (idle) {
      done.complete(Done.getInstance());
    }
    return done;
  }
}
