package io.llmcluster.patterns.maestro;

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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A coordinator answers a simple request itself and divides a complex one among specialists; a
 * critic checks each result, and in the end the answer.
 */
public final class Maestro implements Pattern {

  private static final int MOST_MODELS = 8;

  /** Assignments of a usual plan, as far as an estimate needs them. */
  private static final int USUAL_ASSIGNMENTS = 3;

  @Override
  public String name() {
    return "maestro";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return List.of(
        "maestro/analysis",
        "maestro/answer",
        "maestro/check",
        "maestro/correct",
        "maestro/replan",
        "maestro/review",
        "maestro/revise",
        Conducting.SETBACK,
        "maestro/synthesis",
        "structured/repair",
        "task/work");
  }

  @Override
  public List<String> schemas() {
    return List.of("maestro-analysis", "maestro-check", "maestro-replan", "maestro-review");
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    ObjectNode asked = OllamaBody.asPattern(request);
    ObjectNode prepared = CommonRequest.prepare(asked, cast, 1, MOST_MODELS);
    MaestroParams.of(asked).writeTo(prepared);
    Crew.prepare(asked, prepared, NamedAgents.among(asked, prepared, cast));
    return prepared;
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    MaestroParams params = MaestroParams.of(prepared);
    int assignments = Math.min(USUAL_ASSIGNMENTS, params.maxAssignments());
    int waves = (assignments + params.parallel() - 1) / params.parallel();
    // the analysis, each assignment with its review, the synthesis, the last check
    return Costs.of(prepared, 1 + 2 * assignments + 2, 1 + 2 * waves + 2);
  }

  @Override
  public Plan next(Run run) {
    Optional<AcceptedPlan> accepted = AcceptedPlan.of(run);
    if (accepted.isEmpty()) {
      return run.exhausted()
          ? Plan.giveUp("the budget was used up before there was a plan")
          : Analysis.next(run);
    }
    if (accepted.get().plan().tasks().isEmpty()) {
      return Analysis.answer(run, accepted.get());
    }
    if (run.exhausted()) {
      return Finale.of(run, accepted.get()).withWhatThereIs();
    }
    return new Conducting(run, accepted.get())
        .next()
        .orElseGet(() -> Finale.of(run, accepted.get()).next());
  }

  /** What the last check may still have corrected is not it. */
  @Override
  public boolean outlasts(Decision decision, Set<String> forgotten) {
    return AcceptedPlan.outlasts(decision, forgotten);
  }

  @Override
  public boolean writesAnswer(ObjectNode request, StepSpec step) {
    return step.kind().equals("answer")
        || step.id()
            .equals(MaestroSteps.revised("synthesis", MaestroParams.of(request).maxRevisions()));
  }

  @Override
  public void describe(Run run, ObjectNode view) {
    AcceptedPlan.of(run).ifPresent(accepted -> MaestroView.describe(run, accepted, view));
  }
}
