package io.llmcluster.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.testkit.Followed;
import io.llmcluster.testkit.Followed.Told;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import io.llmcluster.testkit.Workflow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A workflow that loses its process.
 *
 * @param answers what the model says in a call
 */
record WorkflowClient(Workflow workflow, Function<Asked, String> answers) implements CrashClient {

  @Override
  public Followed followed() {
    return workflow;
  }

  @Override
  public boolean isOver() {
    return workflow.isOver();
  }

  @Override
  public Set<String> open(List<Told> told) {
    Set<String> open = new LinkedHashSet<>();
    for (Told event : told) {
      String step = event.data().path("stepId").asText();
      switch (event.name()) {
        case "StepScheduled" -> open.add(step);
        case "StepCompleted", "StepSkipped", "StepFailed" -> open.remove(step);
        default -> {}
      }
    }
    return open;
  }

  @Override
  public Heard act(Gateway gateway, @Nullable Asked call) {
    Asked asked = Objects.requireNonNull(call);
    asked.answer(answers.apply(asked));
    return () -> workflow.completedSteps().contains(asked.step());
  }

  @Override
  public boolean isRecovery(Told event) {
    return event.name().equals("Recovered");
  }

  @Override
  public int reissued(Gateway gateway) {
    return workflow.view(gateway).path("recovery").path("reissued").asInt();
  }

  @Override
  public List<String> results() {
    return workflow.completedSteps();
  }

  @Override
  public String outcome(Gateway gateway) {
    JsonNode view = workflow.view(gateway);
    StringBuilder outcome = new StringBuilder();
    outcome.append(view.path("status").asText()).append(' ').append(view.path("answer").asText());
    for (JsonNode step : view.path("steps")) {
      outcome
          .append("\n  ")
          .append(step.path("id").asText())
          .append(": ")
          .append(step.path("status").asText())
          .append(' ')
          .append(step.path("output").asText());
    }
    for (JsonNode decision : view.path("decisions")) {
      ObjectNode told = decision.deepCopy();
      if (told.path("detail") instanceof ObjectNode detail) {
        detail.remove("cost");
      }
      outcome.append("\n  ").append(told);
    }
    return outcome.toString();
  }
}
