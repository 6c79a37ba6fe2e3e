package io.llmcluster.patterns.workflow;

import org.jspecify.annotations.Nullable;

/** What a workflow's actor says to itself. */
sealed interface Own extends WorkflowCommand {

  record CallEnded(OpenCalls.Ended ended) implements Own {}

  record PieceHeard(OpenCalls.Piece piece) implements Own {}

  /** A failed attempt is to be repeated. */
  record RetryDue(String step, int attempt) implements Own {}

  /**
   * @param past null: the store cannot be read
   */
  record ParentRead(WorkflowCommand.Fork fork, Workshop.@Nullable Past past) implements Own {}

  /** The budget of seconds may be used up. */
  enum TimeIsUp implements Own {
    INSTANCE
  }

  /** After a recovery in mid-run. */
  enum TakeUp implements Own {
    INSTANCE
  }

  /** Says nothing: a command that is handled takes one out of Pekko's stash. */
  enum Nudge implements Own {
    INSTANCE
  }

  /** It has waited for a while. */
  enum Idle implements Own {
    INSTANCE
  }
}
