package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.RealOllama;
import io.llmcluster.testkit.Testbed;
import io.llmcluster.testkit.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every pattern with a real small model: its answer has the right form, whatever its wisdom. */
class RealPatternsIT {

  private static final List<AutoCloseable> STARTED = new ArrayList<>();
  private static final List<Gateway> GATEWAY = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    Testbed.ollama();
    Testbed.model();
    RealOllama ollama = RealOllama.start("one");
    STARTED.add(ollama);
    MemberProcess member = MemberProcess.start("nodes=[" + ollama.node() + "]");
    STARTED.add(0, member);
    GATEWAY.add(member.gateway());
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> gateway().node("one").path("health").asText().equals("up"));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : STARTED) {
      one.close();
    }
    STARTED.clear();
    GATEWAY.clear();
  }

  private static Gateway gateway() {
    return GATEWAY.get(0);
  }

  private static JsonNode run(String pattern, String parameters) {
    Workflow workflow =
        Workflow.begin(
            gateway(),
            pattern,
            "{\"prompt\":\"Is the sky blue? Say yes or no.\",\"options\":{\"num_predict\":32}"
                + parameters
                + "}");
    Awaitility.await(pattern)
        .atMost(Duration.ofMinutes(6))
        .until(() -> !workflow.view(gateway()).path("status").asText().equals("running"));
    JsonNode view = workflow.view(gateway());
    assertThat(view.path("status").asText()).as(view.toString()).isEqualTo("completed");
    return view;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ensemble", "debate", "maestro", "decompose", "auto"})
  void a_pattern_ends_with_an_answer_and_says_who_gave_what(String pattern) {
    JsonNode view = run(pattern, "");
    assertThat(view.path("answer").isTextual()).isTrue();
    assertThat(view.path("steps")).isNotEmpty();
    for (JsonNode step : view.path("steps")) {
      assertThat(step.path("id").asText()).isNotEmpty();
      if (step.path("status").asText().equals("completed")) {
        assertThat(step.path("node").asText()).isEqualTo("one");
        assertThat(step.path("tokens").asInt()).isPositive();
      }
    }
    JsonNode budget = view.path("budget");
    assertThat(budget.path("actual").path("modelCalls").asInt())
        .isBetween(1, budget.path("limit").path("modelCalls").asInt());
  }

  @Test
  void a_vote_is_tallied_and_attributed() {
    JsonNode view = run("ensemble", ",\"answers\":\"yesno\",\"samplesPerModel\":3");
    assertThat(view.path("decision").path("rule").asText()).isEqualTo("majority");
    assertThat(view.path("steps").size()).isGreaterThanOrEqualTo(3);
  }
}
