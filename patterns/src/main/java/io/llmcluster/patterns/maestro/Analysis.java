package io.llmcluster.patterns.maestro;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.JsonText;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The coordinator's look at a request: is one good answer enough? When the analysis is of no use,
 * the coordinator answers directly too, and the result says so.
 */
final class Analysis {

  private Analysis() {}

  static Plan next(Run run) {
    MaestroSteps steps = MaestroSteps.of(run);
    MaestroParams params = MaestroParams.of(run.request());
    Structured.Outcome outcome =
        Structured.of(
            steps.analysis(), run, value -> Assignments.errors(value, params, steps.worker()));
    if (outcome instanceof Structured.Outcome.Pending pending) {
      return Plan.run(pending.step());
    }
    if (outcome instanceof Structured.Outcome.Valid valid) {
      return Plan.decide(planned(valid.value(), valid.step()).decision());
    }
    String reason = ((Structured.Outcome.Invalid) outcome).reason();
    return Plan.decide(
        new AcceptedPlan(new TaskPlan(List.of()), AcceptedPlan.FALLBACK, "", reason, 0).decision());
  }

  private static AcceptedPlan planned(JsonNode analysis, String step) {
    return Assignments.isSimple(analysis)
        ? new AcceptedPlan(new TaskPlan(List.of()), AcceptedPlan.DIRECT, step, "", 0)
        : new AcceptedPlan(
            new TaskPlan(Assignments.read(analysis, 0)), AcceptedPlan.PLANNED, step, "", 0);
  }

  /** Without assignments: what the coordinator said already, or says when it is only asked that. */
  static Plan answer(Run run, AcceptedPlan accepted) {
    List<String> notes = new ArrayList<>();
    if (accepted.is(AcceptedPlan.FALLBACK)) {
      notes.add("the analysis could not be used, answered directly: " + accepted.reason());
    }
    String said =
        run.output(accepted.step())
            .flatMap(JsonText::find)
            .map(analysis -> JsonText.plain(analysis.path("directAnswer")))
            .orElse("");
    if (!said.isBlank()) {
      return Plan.answer(said, notes);
    }
    StepSpec step = MaestroSteps.of(run).answer();
    Optional<StepRecord> answer = run.step(step.id());
    if (answer.isEmpty() || !answer.get().isOver()) {
      return run.exhausted()
          ? Plan.giveUp("the budget was used up before there was an answer")
          : Plan.run(step);
    }
    String text = answer.get().output();
    return text.isBlank()
        ? Plan.giveUp("no answer: " + answer.get().reason())
        : Plan.answer(text, notes);
  }
}
