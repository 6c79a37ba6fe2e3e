package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.StepRecord;

/** Lets a test say when a failed attempt is repeated, and not a clock. */
public final class Retries {

  private Retries() {}

  /** What a workflow's actor hears when the wait of a step is over. */
  public static WorkflowCommand due(StepRecord retrying) {
    return new Own.RetryDue(retrying.id(), retrying.attempt());
  }
}
