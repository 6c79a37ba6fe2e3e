package io.llmcluster.patterns.history;

import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.Locale;
import java.util.Optional;

/** How a workflow stands, in the API's words. */
public enum WorkflowStatus {
  RUNNING,
  WAITING_INPUT,
  PAUSED,
  COMPLETED,
  FAILED,
  CANCELLED;

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<WorkflowStatus> of(String id) {
    for (WorkflowStatus status : values()) {
      if (status.id().equals(id)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  public boolean isOver() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }

  public static WorkflowStatus of(WorkflowState state) {
    if (state instanceof Ended ended) {
      return switch (ended.outcome()) {
        case COMPLETED -> COMPLETED;
        case FAILED -> FAILED;
        case CANCELLED -> CANCELLED;
      };
    }
    if (state instanceof Live live) {
      if (live.paused()) {
        return PAUSED;
      }
      return live.asked() != null ? WAITING_INPUT : RUNNING;
    }
    return RUNNING;
  }

  /** What an event says of itself: how the workflow ended, or that it goes on. */
  static WorkflowStatus after(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.WorkflowCompleted) {
      return COMPLETED;
    }
    if (event instanceof WorkflowEvent.WorkflowFailed) {
      return FAILED;
    }
    return event instanceof WorkflowEvent.WorkflowCancelled ? CANCELLED : RUNNING;
  }
}
