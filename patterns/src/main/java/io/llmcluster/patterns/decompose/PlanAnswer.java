package io.llmcluster.patterns.decompose;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.structured.Schemas;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.PlanCheck;
import io.llmcluster.patterns.task.TaskPlan;
import java.util.List;
import java.util.Optional;

/**
 * What a person says about a plan: {@code {"approved": true}}, {@code {"approved": false}}, or the
 * plan as they want it: {@code {"tasks": [...]}}, or that as {@code plan}.
 */
final class PlanAnswer {

  /** Of the {@link InputRequest}. */
  static final String ID = "plan";

  private static final String SCHEMA = "decompose-edit";

  private PlanAnswer() {}

  static InputRequest request(AcceptedPlan proposed) {
    String question =
        proposed.is(AcceptedPlan.FALLBACK)
            ? "No plan could be made (" + proposed.reason() + "). Do it as a single task?"
            : "Is this the plan to follow?";
    return new InputRequest(ID, question, proposed.plan().toJson());
  }

  /** What is wrong with an answer, one line each. */
  static List<String> errors(JsonNode answer, int maxTasks) {
    Optional<JsonNode> edited = edited(answer);
    if (edited.isEmpty()) {
      return answer.path("approved").isBoolean()
          ? List.of()
          : List.of("plan: no answer (expected: approved true or false, or tasks)");
    }
    List<String> errors = Schemas.errors(SCHEMA, edited.get());
    return errors.isEmpty()
        ? PlanCheck.errors(TaskPlan.of(edited.get()).tasks(), maxTasks, List.of())
        : errors;
  }

  static boolean isRefusal(JsonNode answer) {
    return edited(answer).isEmpty() && !answer.path("approved").asBoolean();
  }

  /** The plan as the person wants it; empty if it stays as it was proposed. */
  static Optional<TaskPlan> changed(JsonNode answer) {
    return edited(answer).map(TaskPlan::of);
  }

  private static Optional<JsonNode> edited(JsonNode answer) {
    if (answer.hasNonNull("tasks")) {
      return Optional.of(answer);
    }
    return answer.hasNonNull("plan") ? Optional.of(answer.path("plan")) : Optional.empty();
  }
}
