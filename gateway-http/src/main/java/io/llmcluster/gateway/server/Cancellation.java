package io.llmcluster.gateway.server;

import java.util.ArrayList;
import java.util.List;

/** Tells those who work for a client that it has gone, or that its request is over. Thread-safe. */
public final class Cancellation {

  private final Once cancelled = new Once();
  private final Once ended = new Once();

  /** Runs the action when the client goes; at once if it is gone already. */
  public void onCancel(Runnable action) {
    cancelled.add(action);
  }

  /**
   * Runs the action when the request is over: its answer is written, or its client has gone; at
   * once if it is over already.
   */
  public void onEnd(Runnable action) {
    ended.add(action);
  }

  /** The client has gone. */
  public void cancel() {
    cancelled.happen();
    ended.happen();
  }

  /** Its answer is written. */
  public void end() {
    ended.happen();
  }

  /** Something that happens at most once, and what is to be done then. */
  private static final class Once {

    private final List<Runnable> actions = new ArrayList<>(2);
    private boolean happened;

    void add(Runnable action) {
      synchronized (this) {
        if (!happened) {
          actions.add(action);
          return;
        }
      }
      action.run();
    }

    void happen() {
      List<Runnable> due;
      synchronized (this) {
        happened = true;
        due = List.copyOf(actions);
        actions.clear();
      }
      due.forEach(Runnable::run);
    }
  }
}
