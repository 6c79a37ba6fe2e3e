package io.llmcluster.gateway.server;

import java.util.ArrayList;
import java.util.List;

/** Tells those who work for a client that it has gone. Thread-safe. */
public final class Cancellation {

  private final List<Runnable> actions = new ArrayList<>(2);
  private boolean cancelled;

  /** Runs the action when the client goes; at once if it is gone already. */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  void cancel() {
    List<Runnable> due;
    synchronized (this) {
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    due.forEach(Runnable::run);
  }
}
