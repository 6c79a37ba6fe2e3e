package io.llmcluster.patterns.maestro;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskView;
import java.util.Locale;

/** What a MAESTRO run shows beside what all runs show. */
final class MaestroView {

  private MaestroView() {}

  /**
   * Adds {@code plan}, {@code tasks} (with the critic's verdicts), {@code attribution} (whose
   * result is in the answer) and {@code progress}.
   */
  static void describe(Run run, AcceptedPlan accepted, ObjectNode view) {
    Conducting conducting = new Conducting(run, accepted);
    TaskView.describe(
        accepted,
        run,
        conducting.schedule()::status,
        task -> conducting.result(task).output(),
        (task, one) -> verdict(conducting.result(task), one),
        view);
    ArrayNode attribution = view.putArray("attribution");
    for (Result result : conducting.usable()) {
      attribute(result, run, attribution.addObject());
    }
    Progress progress = conducting.progress();
    view.putObject("progress")
        .put("advances", progress.advances())
        .put("setbacks", progress.setbacks())
        .put("stall", progress.stall());
  }

  private static void verdict(Result result, ObjectNode one) {
    one.put("verdict", result.verdict().name().toLowerCase(Locale.ROOT));
    one.put("revisions", result.revisions());
    if (!result.why().isBlank()) {
      one.put("review", result.why());
    }
  }

  private static void attribute(Result result, Run run, ObjectNode one) {
    Task task = result.task();
    one.put("task", task.id()).put("role", task.role()).put("step", result.output());
    run.step(result.output())
        .ifPresent(step -> one.put("model", step.spec().model()).put("node", step.node()));
  }
}
