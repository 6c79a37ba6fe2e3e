package io.llmcluster.patterns.task;

import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;

/** How a task stands; it follows from the record of the run. */
public enum TaskStatus {
  /** Tasks that it needs are not done. */
  PENDING,
  /** It can begin, or be taken by somebody outside. */
  READY,
  RUNNING,
  SUCCEEDED,
  FAILED,
  /** Never begun, because of a task that it needs. */
  SKIPPED,
  /** Given up, because its run has ended. */
  CANCELLED,
  /** Its plan waits for a person. */
  WAITING_INPUT;

  /** Whether nothing more will come of it. */
  public boolean isOver() {
    return this == SUCCEEDED || this == FAILED || this == SKIPPED || this == CANCELLED;
  }

  /**
   * Of the task that this step does; {@link #PENDING} if it is not begun. A model that says nothing
   * has failed; somebody outside may have nothing to say.
   */
  public static TaskStatus ofStep(String id, Run run) {
    return run.step(id).map(TaskStatus::of).orElse(PENDING);
  }

  private static TaskStatus of(StepRecord step) {
    boolean external = step.spec().external();
    return switch (step.status()) {
      case RUNNING -> external && step.owner().isEmpty() ? READY : RUNNING;
      case RETRYING -> RUNNING;
      case COMPLETED -> external || !step.output().isBlank() ? SUCCEEDED : FAILED;
      case FAILED -> FAILED;
      case SKIPPED -> CANCELLED;
    };
  }

  /** Why a failed step has failed. */
  public static String reason(String id, Run run) {
    return run.step(id)
        .map(step -> step.is(StepRecord.Status.COMPLETED) ? "empty answer" : step.reason())
        .orElse("");
  }
}
