package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Plans what is left anew: what is done stays, the rest is replaced. */
public final class Replanning {

  private Replanning() {}

  /**
   * @param current plan that did not work out
   * @param done tasks that stay
   * @param step that plans; its id is {@link AcceptedPlan#nextReplan}
   * @param fresh reads the new tasks out of the step's output
   * @param check what is wrong with them
   */
  public static Plan next(
      Run run,
      AcceptedPlan current,
      List<Task> done,
      StepSpec step,
      Function<JsonNode, List<Task>> fresh,
      Function<List<Task>, List<String>> check) {
    Structured.Outcome outcome = Structured.of(step, run, value -> check.apply(fresh.apply(value)));
    int number = current.replans() + 1;
    if (outcome instanceof Structured.Outcome.Pending pending) {
      return Plan.run(pending.step());
    }
    if (outcome instanceof Structured.Outcome.Valid valid) {
      List<String> ids = done.stream().map(Task::id).toList();
      List<Task> all = new ArrayList<>();
      done.forEach(task -> all.add(task.needingOnly(ids)));
      all.addAll(fresh.apply(valid.value()));
      return Plan.decide(
          new AcceptedPlan(new TaskPlan(all), AcceptedPlan.REPLANNED, valid.step(), "", number)
              .decision());
    }
    String reason = ((Structured.Outcome.Invalid) outcome).reason();
    return Plan.decide(
        new AcceptedPlan(current.plan(), AcceptedPlan.KEPT, "", reason, number).decision());
  }
}
