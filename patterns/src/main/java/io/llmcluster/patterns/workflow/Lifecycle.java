package io.llmcluster.patterns.workflow;

/** Which events a list of workflows is made of: the rare ones. */
final class Lifecycle {

  private Lifecycle() {}

  static boolean concerns(WorkflowEvent event) {
    return event instanceof WorkflowEvent.WorkflowCreated
        || event instanceof WorkflowEvent.WorkflowForked
        || event instanceof WorkflowEvent.InputRequested
        || event instanceof WorkflowEvent.InputReceived
        || event instanceof WorkflowEvent.Paused
        || event instanceof WorkflowEvent.Resumed
        || event instanceof WorkflowEvent.StepsReset
        || event instanceof WorkflowEvent.WorkflowCancelled
        || event instanceof WorkflowEvent.WorkflowCompleted
        || event instanceof WorkflowEvent.WorkflowFailed;
  }
}
