package io.llmcluster.patterns.maestro;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.maestro.Result.Verdict;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.JsonText;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows one assignment through its record: done, checked by the critic, revised with the critic's
 * words, checked again.
 */
final class Review {

  private final Run run;
  private final MaestroSteps steps;
  private final int maxRevisions;
  private final Task task;
  private final int position;
  private final List<Prompt.Item> inputs;
  private String output = "";
  private String why = "";
  private String last = "";
  private int revision;

  private Review(
      Run run,
      MaestroSteps steps,
      int maxRevisions,
      Task task,
      int position,
      List<Prompt.Item> in) {
    this.run = run;
    this.steps = steps;
    this.maxRevisions = maxRevisions;
    this.task = task;
    this.position = position;
    this.inputs = in;
  }

  /**
   * @param position of the assignment in its plan
   * @param inputs results that it needs
   */
  static Result of(
      Run run,
      MaestroSteps steps,
      int maxRevisions,
      Task task,
      int position,
      List<Prompt.Item> inputs) {
    return new Review(run, steps, maxRevisions, task, position, inputs).follow();
  }

  private Result follow() {
    StepSpec work = steps.work(task, position, inputs);
    while (true) {
      TaskStatus status = TaskStatus.ofStep(work.id(), run);
      if (!status.isOver()) {
        TaskStatus whole = revision == 0 ? status : TaskStatus.RUNNING;
        return result(whole, Verdict.OPEN, work);
      }
      if (status != TaskStatus.SUCCEEDED || repeats(work)) {
        last = work.id();
        return revision == 0
            ? result(status, Verdict.OPEN, null)
            : result(TaskStatus.SUCCEEDED, Verdict.REJECTED, null);
      }
      output = work.id();
      StepSpec review = steps.review(task, position, revision, output);
      Structured.Outcome outcome = Structured.of(review, run);
      if (outcome instanceof Structured.Outcome.Pending pending) {
        return result(TaskStatus.RUNNING, Verdict.OPEN, pending.step());
      }
      if (outcome instanceof Structured.Outcome.Invalid invalid) {
        why = invalid.reason();
        return result(TaskStatus.SUCCEEDED, Verdict.UNCHECKED, null);
      }
      Structured.Outcome.Valid valid = (Structured.Outcome.Valid) outcome;
      boolean accepted = valid.value().path("accepted").asBoolean();
      why = complaint(valid.value());
      if (accepted || revision == maxRevisions) {
        last = valid.step();
        Verdict verdict = accepted ? Verdict.ACCEPTED : Verdict.REJECTED;
        return result(TaskStatus.SUCCEEDED, verdict, null);
      }
      revision++;
      work = steps.revise(task, position, revision, inputs, output, valid.step());
    }
  }

  /** A revision that says the same again needs no critic. */
  private boolean repeats(StepSpec work) {
    return revision > 0
        && plain(run.output(work.id()).orElse("")).equals(plain(run.output(output).orElse("")));
  }

  private static String plain(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static String complaint(JsonNode review) {
    String change = JsonText.plain(review.path("change"));
    return change.isBlank() ? JsonText.plain(review.path("reason")) : change;
  }

  private Result result(TaskStatus status, Verdict verdict, @Nullable StepSpec wanted) {
    return new Result(task, status, output, wanted, verdict, why, revision, last);
  }
}
