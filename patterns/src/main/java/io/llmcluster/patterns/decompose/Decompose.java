package io.llmcluster.patterns.decompose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.request.NamedAgents;
import io.llmcluster.patterns.request.OllamaBody;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Costs;
import io.llmcluster.patterns.task.TaskStatus;
import io.llmcluster.patterns.task.TaskView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Divides a request into tasks, has each done as soon as those that it needs are done, and puts the
 * results together. A person may approve or change the plan, and do the tasks.
 */
public final class Decompose implements Pattern {

  private static final int MOST_MODELS = 8;

  /** Tasks of a usual plan, as far as an estimate needs them. */
  private static final int USUAL_TASKS = 4;

  @Override
  public String name() {
    return "decompose";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return List.of(
        "decompose/plan",
        "decompose/replan",
        Execution.SETBACK,
        "structured/repair",
        "task/synthesis",
        "task/whole",
        "task/work");
  }

  @Override
  public List<String> schemas() {
    return List.of("decompose-edit", "decompose-plan");
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    ObjectNode asked = OllamaBody.asPattern(request);
    ObjectNode prepared = CommonRequest.prepare(asked, cast, 1, MOST_MODELS);
    DecomposeParams.of(asked).writeTo(prepared);
    Crew.prepare(asked, prepared, NamedAgents.among(asked, prepared, cast));
    return prepared;
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    DecomposeParams params = DecomposeParams.of(prepared);
    int tasks = params.external() ? 0 : Math.min(USUAL_TASKS, params.maxTasks());
    return Costs.of(prepared, 1 + tasks + 1, 1 + (tasks + 1) / 2 + 1);
  }

  @Override
  public Plan next(Run run) {
    Optional<AcceptedPlan> accepted = AcceptedPlan.of(run);
    if (accepted.isPresent()) {
      return new Execution(run, accepted.get()).next();
    }
    return run.exhausted()
        ? Plan.giveUp("the budget was used up before there was a plan")
        : Planning.next(run);
  }

  @Override
  public List<String> refuseInput(Run run, String id, JsonNode value) {
    return id.equals(PlanAnswer.ID)
        ? PlanAnswer.errors(value, DecomposeParams.of(run.request()).maxTasks())
        : List.of("input " + id + ": not asked for (expected: " + PlanAnswer.ID + ")");
  }

  @Override
  public boolean outlasts(Decision decision, Set<String> forgotten) {
    return AcceptedPlan.outlasts(decision, forgotten);
  }

  @Override
  public boolean writesAnswer(ObjectNode request, StepSpec step) {
    return step.kind().equals("synthesis");
  }

  @Override
  public void describe(Run run, ObjectNode view) {
    Optional<AcceptedPlan> accepted = AcceptedPlan.of(run);
    Optional<AcceptedPlan> shown = accepted.or(() -> Planning.proposed(run));
    if (shown.isEmpty()) {
      view.putArray("tasks");
      return;
    }
    Execution execution = new Execution(run, shown.get());
    boolean waits = accepted.isEmpty() && DecomposeParams.of(run.request()).approvePlan();
    TaskView.describe(
        shown.get(),
        run,
        task -> waits ? TaskStatus.WAITING_INPUT : execution.schedule().status(task),
        task -> task.step(),
        (task, one) -> {},
        view);
  }
}
