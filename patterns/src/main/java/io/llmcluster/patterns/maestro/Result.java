package io.llmcluster.patterns.maestro;

import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * How an assignment stands, with its reviews and revisions.
 *
 * @param task the assignment
 * @param status {@link TaskStatus#PENDING} until it is begun, {@link TaskStatus#RUNNING} until
 *     nothing more is to be reviewed or revised
 * @param output step whose output is the result so far
 * @param wanted step to be run now; null: none
 * @param verdict what the critic says about the result
 * @param why in the critic's words; may be empty
 * @param revisions begun
 * @param last step that settled it: the last review, or the one that failed; empty: none yet
 */
record Result(
    Task task,
    TaskStatus status,
    String output,
    @Nullable StepSpec wanted,
    Verdict verdict,
    String why,
    int revisions,
    String last) {

  /** What the critic says. */
  enum Verdict {
    OPEN,
    ACCEPTED,
    REJECTED,
    /** The critic could not be asked, or said nothing that can be used. */
    UNCHECKED
  }

  boolean isUsable() {
    return status == TaskStatus.SUCCEEDED;
  }

  boolean isSettled() {
    return isUsable() && verdict != Verdict.REJECTED;
  }
}
