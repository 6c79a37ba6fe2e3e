package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import io.llmcluster.testkit.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The only node of one model goes down and stays configured; those of the others are well. */
@SuppressWarnings("NullAway.Init") // started before each test
class ModelLossIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ScriptedBackend a = ScriptedBackend.start("na", ModelLossIT::answer, "a");
  private final ScriptedBackend b = ScriptedBackend.start("nb", ModelLossIT::answer, "b");
  private final ScriptedBackend c = ScriptedBackend.start("nc", ModelLossIT::answer, "c");
  private MemberProcess member;

  @BeforeEach
  void start() {
    member =
        MemberProcess.start(
            Stream.of(a, b, c)
                .map(backend -> backend.node(4))
                .collect(Collectors.joining(",", "nodes=[", "]")),
            "data-dir=\"" + MemberProcess.newFolder() + "\"",
            "inference.grace=500ms",
            "patterns.modelAway=1s");
    List.of("na", "nb", "nc").forEach(node -> awaitHealth(node, "up"));
  }

  @AfterEach
  void stop() {
    member.close();
    List.of(a, b, c).forEach(ScriptedBackend::close);
  }

  /** All say 42, but for c; nobody changes its mind. What c is asked in a round has no answer. */
  private static void answer(Asked call) {
    String model = call.body().path("model").asText();
    if (!call.step().startsWith("round")) {
      call.answer(
          call.body().has("format")
              ? "{\"reasoning\":\"I counted\",\"answer\":\"%s\",\"confidence\":0.5}"
                  .formatted(model.equals("c") ? "41" : "42")
              : "42");
    } else if (!model.equals("c")) {
      call.answer("{\"reasoning\":\"I checked\",\"keep\":true,\"confidence\":0.6}");
    }
  }

  private void awaitHealth(String node, String health) {
    Awaitility.await(node + " " + health)
        .atMost(PATIENCE)
        .until(() -> member.gateway().node(node).path("health").asText().equals(health));
  }

  private JsonNode awaitEnd(Workflow workflow) {
    Gateway gateway = member.gateway();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !workflow.view(gateway).path("status").asText().equals("running"));
    JsonNode view = workflow.view(gateway);
    assertThat(view.path("status").asText()).as(view.toString()).isEqualTo("completed");
    return view;
  }

  @Test
  void a_debate_drops_the_model_says_so_and_ends_with_the_answer_of_the_others() {
    Workflow debate =
        Workflow.begin(
            member.gateway(),
            "debate",
            "{\"prompt\":\"What is 6 * 7?\",\"models\":[\"a\",\"b\",\"c\"],\"answers\":\"number\","
                + "\"rounds\":2,\"stopWhen\":[\"budget\"]}");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> c.asked().stream().anyMatch(call -> call.step().startsWith("round1/")));
    c.close();
    JsonNode view = awaitEnd(debate);
    assertThat(view.path("answer").asText()).as(view.toString()).isEqualTo("42");
    assertThat(view.toString())
        .contains("debater3 was dropped: it failed twice")
        .contains("no node that has model 'c' can be reached: nc (");
  }

  @Test
  void an_ensemble_with_a_named_model_that_is_down_ends_with_the_others() {
    c.close();
    awaitHealth("nc", "down");
    Workflow ensemble =
        Workflow.begin(
            member.gateway(),
            "ensemble",
            "{\"prompt\":\"What is 6 * 7?\",\"models\":[\"a\",\"b\",\"c\"],\"rule\":\"synthesize\","
                + "\"aggregator\":\"a\"}");
    JsonNode view = awaitEnd(ensemble);
    assertThat(view.path("answer").asText()).as(view.toString()).isEqualTo("42");
    assertThat(view.toString())
        .contains("no node that has model 'c' can be reached: nc (down), for 1s");
  }
}
