package io.llmcluster.patterns.decompose;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.PlanCheck;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskPlan;
import java.util.List;
import java.util.Optional;

/**
 * The way to a plan: a model proposes it, errors are shown to it at most twice, a single task is
 * the fallback, and a person may have a say.
 */
final class Planning {

  private Planning() {}

  static Plan next(Run run) {
    Structured.Outcome outcome = outcome(run);
    if (outcome instanceof Structured.Outcome.Pending pending) {
      return Plan.run(pending.step());
    }
    AcceptedPlan proposed = proposed(run, outcome);
    DecomposeParams params = DecomposeParams.of(run.request());
    if (!params.approvePlan()) {
      return Plan.decide(proposed.decision());
    }
    Optional<JsonNode> answer = run.input(PlanAnswer.ID);
    return answer.isEmpty()
        ? Plan.ask(PlanAnswer.request(proposed))
        : answered(answer.get(), proposed, params);
  }

  /** The plan that waits to be accepted. */
  static Optional<AcceptedPlan> proposed(Run run) {
    Structured.Outcome outcome = outcome(run);
    return outcome instanceof Structured.Outcome.Pending
        ? Optional.empty()
        : Optional.of(proposed(run, outcome));
  }

  private static Structured.Outcome outcome(Run run) {
    int maxTasks = DecomposeParams.of(run.request()).maxTasks();
    return Structured.of(
        DecomposeSteps.of(run).plan(),
        run,
        value -> PlanCheck.errors(planned(value), maxTasks, List.of()));
  }

  private static List<Task> planned(JsonNode value) {
    return TaskPlan.planned(value.path("tasks"), 0);
  }

  private static AcceptedPlan proposed(Run run, Structured.Outcome outcome) {
    if (outcome instanceof Structured.Outcome.Valid valid) {
      TaskPlan plan = new TaskPlan(planned(valid.value()));
      return new AcceptedPlan(plan, AcceptedPlan.PLANNED, valid.step(), "", 0);
    }
    String reason = ((Structured.Outcome.Invalid) outcome).reason();
    Task whole =
        new Task(
            "whole",
            "The whole request",
            CommonRequest.question(run.request()),
            "",
            List.of(),
            "",
            "",
            null,
            null,
            0);
    return new AcceptedPlan(new TaskPlan(List.of(whole)), AcceptedPlan.FALLBACK, "", reason, 0);
  }

  private static Plan answered(JsonNode answer, AcceptedPlan proposed, DecomposeParams params) {
    List<String> errors = PlanAnswer.errors(answer, params.maxTasks());
    if (!errors.isEmpty()) {
      // refused before it is recorded, unless the interpreter is an old one
      return Plan.giveUp(String.join("; ", errors));
    }
    if (PlanAnswer.isRefusal(answer)) {
      return Plan.giveUp("the plan was not approved");
    }
    return Plan.decide(
        PlanAnswer.changed(answer)
            .map(plan -> new AcceptedPlan(plan, AcceptedPlan.EDITED, "", "", 0))
            .orElse(proposed)
            .decision());
  }
}
