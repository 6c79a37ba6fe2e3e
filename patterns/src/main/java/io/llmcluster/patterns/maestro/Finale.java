package io.llmcluster.patterns.maestro;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.maestro.Result.Verdict;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.JsonText;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Results;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the results together, has the answer checked against the request, and corrects it when
 * something is missing.
 */
final class Finale {

  private final Run run;
  private final MaestroSteps steps;
  private final int maxRevisions;
  private final Conducting conducting;
  private final List<Result> results;
  private final List<Prompt.Item> items;
  private final List<String> notes = new ArrayList<>();

  /** Over the latest plan that brought anything: what was rejected is better than nothing. */
  static Finale of(Run run, AcceptedPlan accepted) {
    Conducting conducting = new Conducting(run, accepted);
    Optional<AcceptedPlan> before =
        conducting.hasResults() ? Optional.empty() : accepted.before(run);
    return before.map(plan -> of(run, plan)).orElseGet(() -> new Finale(run, conducting));
  }

  private Finale(Run run, Conducting conducting) {
    this.run = run;
    this.steps = MaestroSteps.of(run);
    this.maxRevisions = MaestroParams.of(run.request()).maxRevisions();
    this.conducting = conducting;
    this.results = conducting.usable();
    this.items = MaestroSteps.results(results);
    for (Task task : conducting.schedule().plan().tasks()) {
      note(task);
    }
  }

  private void note(Task task) {
    Result result = conducting.result(task);
    String about = "assignment " + task.id() + " (" + task.role() + ") ";
    if (conducting.schedule().status(task) == TaskStatus.FAILED) {
      notes.add(about + "failed: " + TaskStatus.reason(task.step(), run));
    } else if (result.output().isEmpty()) {
      notes.add(about + "was not done");
    } else if (result.verdict() == Verdict.REJECTED) {
      notes.add(about + "was not accepted: " + result.why());
    } else if (result.verdict() != Verdict.ACCEPTED) {
      notes.add(about + "was not checked");
    }
  }

  /** When there is nothing left to conduct. */
  Plan next() {
    if (results.isEmpty()) {
      return Plan.giveUp("no assignment succeeded: " + String.join("; ", notes));
    }
    if (conducting.isStalled()) {
      notes.add("stopped after " + conducting.progress().stall() + " setbacks in a row");
    }
    // a single result needs nobody to put it together
    StepSpec draft = results.size() == 1 ? null : steps.synthesis(items);
    String answer = draft == null ? results.get(0).output() : draft.id();
    for (int revision = 0; ; revision++) {
      if (draft != null) {
        TaskStatus status = TaskStatus.ofStep(draft.id(), run);
        if (!status.isOver()) {
          return Plan.run(draft);
        }
        if (status != TaskStatus.SUCCEEDED) {
          return revision == 0 ? unmerged("no synthesis") : missing(answer, "no correction");
        }
        answer = draft.id();
      }
      Structured.Outcome check = Structured.of(steps.check(revision, answer), run);
      if (check instanceof Structured.Outcome.Pending pending) {
        return Plan.run(pending.step());
      }
      if (!(check instanceof Structured.Outcome.Valid valid)) {
        return missing(answer, "the answer was not checked");
      }
      if (valid.value().path("satisfied").asBoolean()) {
        return Plan.answer(run.output(answer).orElse(""), notes);
      }
      if (revision == maxRevisions) {
        return missing(answer, "the last check: " + complaint(valid.value()));
      }
      draft = steps.correct(revision + 1, items, answer, valid.step());
    }
  }

  private static String complaint(JsonNode check) {
    String missing = JsonText.plain(check.path("missing"));
    return missing.isBlank() ? JsonText.plain(check.path("reason")) : missing;
  }

  private Plan missing(String answer, String note) {
    notes.add(note);
    return Plan.answer(run.output(answer).orElse(""), notes);
  }

  private Plan unmerged(String why) {
    List<Task> tasks = results.stream().map(Result::task).toList();
    notes.add(why + ": the answer is what the assignments said");
    return Plan.answer(Results.joined(tasks, task -> conducting.result(task).output(), run), notes);
  }

  /** When nothing more may be begun: the latest answer, or the results as they are. */
  Plan withWhatThereIs() {
    List<Task> said =
        conducting.schedule().plan().tasks().stream()
            .filter(task -> !conducting.result(task).output().isEmpty())
            .toList();
    if (said.isEmpty()) {
      return Plan.giveUp("the budget was used up before an assignment was done");
    }
    notes.add("the budget was used up");
    for (int revision = maxRevisions; revision >= 0; revision--) {
      Optional<String> text = run.output(MaestroSteps.revised("synthesis", revision));
      if (text.filter(one -> !one.isBlank()).isPresent()) {
        return Plan.answer(text.get(), notes);
      }
    }
    return Plan.answer(Results.joined(said, task -> conducting.result(task).output(), run), notes);
  }
}
