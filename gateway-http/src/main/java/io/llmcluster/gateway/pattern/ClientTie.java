package io.llmcluster.gateway.pattern;

import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ties a workflow to the one client that waits for its answer: nobody else knows its id, so without
 * the client it would be paid for in vain. Thread-safe.
 */
final class ClientTie {

  /**
   * Asks for a cancellation. A workflow that cannot write does not answer, and the store is waited
   * for about a minute, which is three of them.
   */
  private static final int ASKS = 5;

  private final Workflows workflows;
  private final String id;
  private final AtomicBoolean loose = new AtomicBoolean();

  ClientTie(Workflows workflows, String id) {
    this.workflows = workflows;
    this.id = id;
  }

  /** The workflow has ended by itself: nothing is left to be cancelled. */
  void loosen() {
    loose.set(true);
  }

  /** Cancels the workflow, at most once, unless it has ended by itself. */
  void cut(String reason) {
    if (loose.compareAndSet(false, true)) {
      cancel(reason, ASKS);
    }
  }

  private void cancel(String reason, int asks) {
    workflows
        .ask(id, replyTo -> new WorkflowCommand.Cancel(reason, replyTo))
        .whenComplete(
            (reply, failure) -> {
              if (failure != null && asks > 1) {
                cancel(reason, asks - 1);
              }
            });
  }
}
