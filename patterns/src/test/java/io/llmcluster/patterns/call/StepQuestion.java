package io.llmcluster.patterns.call;

import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.prompt.ChatMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Some call of a step, to any node. */
final class StepQuestion {

  private StepQuestion() {}

  static StepCall within(Duration deadline) {
    return new StepCall(
        "w/a/1",
        "m",
        List.of(new ChatMessage("user", "q")),
        Map.of(),
        null,
        deadline,
        NodeConstraint.ANY);
  }
}
