package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import io.llmcluster.patterns.vote.Labels;
import java.util.List;
import java.util.Optional;

/** One of several candidates, as the aggregator picks it. */
sealed interface Choice {

  /** It has not said yet. */
  record Pending(StepSpec step) implements Choice {}

  record Picked(String candidate) implements Choice {}

  /** It cannot be asked any more, or names none of them. */
  record Unusable(String reason) implements Choice {}

  /**
   * @param id of the step that asks
   * @param template shows {@code answers}
   */
  static Choice of(Scene scene, String id, String template, List<String> among) {
    Labels labels = scene.labels(id, among);
    Prompt prompt =
        Prompt.of(template)
            .list("answers", Scene.items(labels))
            .value("labels", String.join(", ", labels.labels()));
    StepSpec step =
        scene.judging(id, "judge", scene.params().aggregator(), prompt).matching("ensemble/choice");
    Outcome outcome = Structured.of(step, scene.run(), value -> unknown(value, labels));
    if (outcome instanceof Outcome.Pending pending) {
      return scene.run().exhausted()
          ? new Unusable("the budget was used up")
          : new Pending(pending.step());
    }
    if (outcome instanceof Outcome.Valid valid) {
      return new Picked(picked(valid.value(), labels).orElseThrow());
    }
    return new Unusable(((Outcome.Invalid) outcome).reason());
  }

  private static Optional<String> picked(JsonNode value, Labels labels) {
    return labels.idOf(value.path("choice").asText());
  }

  private static List<String> unknown(JsonNode value, Labels labels) {
    return picked(value, labels).isPresent()
        ? List.of()
        : List.of(
            "choice: "
                + value.path("choice").asText()
                + " (expected: one of "
                + String.join(", ", labels.labels())
                + ")");
  }
}
