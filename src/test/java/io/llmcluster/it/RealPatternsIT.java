package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Conversation;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.RealOllama;
import io.llmcluster.testkit.Testbed;
import io.llmcluster.testkit.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
    // Few parts: this model rambles to the end of the room that a plan has.
    JsonNode view = run(pattern, ",\"maxTasks\":2,\"maxAssignments\":2");
    assertThat(view.path("answer").isTextual()).isTrue();
    attributed(view);
    switch (pattern) {
      case "debate", "auto" -> debated(view);
      case "maestro" -> conducted(view);
      case "decompose" -> divided(view);
      default -> assertThat(view.path("decision").path("rule").asText()).isNotEmpty();
    }
    JsonNode budget = view.path("budget");
    assertThat(budget.path("actual").path("modelCalls").asInt())
        .isBetween(1, budget.path("limit").path("modelCalls").asInt());
  }

  /** Every step has its model; one that was done its node and its tokens, and all add up. */
  private static void attributed(JsonNode view) {
    assertThat(view.path("steps")).isNotEmpty();
    int tokens = 0;
    for (JsonNode step : view.path("steps")) {
      assertThat(step.path("id").asText()).isNotEmpty();
      assertThat(step.path("model").asText()).as("%s", step).isNotEmpty();
      if (step.path("status").asText().equals("completed")) {
        assertThat(step.path("node").asText()).isEqualTo("one");
        assertThat(step.path("tokens").asInt()).isPositive();
        tokens += step.path("tokens").asInt();
      }
    }
    assertThat(view.path("budget").path("actual").path("tokens").asInt())
        .isGreaterThanOrEqualTo(tokens);
    assertThat(view.path("recovery").path("reissued").asInt(-1)).isZero();
  }

  private static Set<String> stepIds(JsonNode view) {
    return new TreeSet<>(view.path("steps").findValuesAsText("id"));
  }

  /**
   * A debate has rounds with who said what; its verdict is somebody's answer. The decisions before
   * a verdict (whether to stop, whether to climb) choose nobody when nobody kept to the form.
   */
  private static void debated(JsonNode view) {
    assertThat(view.path("rounds")).isNotEmpty();
    assertThat(view.path("rounds").get(0).path("turns")).isNotEmpty();
    for (JsonNode round : view.path("rounds")) {
      for (JsonNode turn : round.path("turns")) {
        assertThat(turn.path("debater").asText()).isNotEmpty();
        assertThat(turn.path("model").asText()).isNotEmpty();
      }
    }
    if (view.path("decision").path("id").asText().equals("verdict")) {
      assertThat(view.path("decision").path("rule").asText()).isNotEmpty();
      assertThat(stepIds(view)).contains(view.path("decision").path("chosen").asText());
    } else {
      assertThat(view.path("notes").toString()).contains("no debater answered in the form");
    }
  }

  /** A plan, and for each result in the answer whose it is; or a direct answer. */
  private static void conducted(JsonNode view) {
    assertThat(view.path("plan").path("rule").asText()).isNotEmpty();
    assertThat(view.path("attribution").isArray()).isTrue();
    assertThat(view.path("attribution").isEmpty()).isEqualTo(view.path("tasks").isEmpty());
    for (JsonNode part : view.path("attribution")) {
      assertThat(part.path("role").asText()).isNotEmpty();
      assertThat(part.path("model").asText()).isNotEmpty();
      assertThat(part.path("node").asText()).isEqualTo("one");
      assertThat(stepIds(view)).contains(part.path("step").asText());
    }
  }

  private static void divided(JsonNode view) {
    assertThat(view.path("plan").path("rule").asText()).isNotEmpty();
    assertThat(view.path("tasks")).isNotEmpty();
    assertThat(view.path("tasks").findValuesAsText("status")).contains("SUCCEEDED");
    for (JsonNode task : view.path("tasks")) {
      assertThat(stepIds(view)).contains(task.path("step").asText());
    }
  }

  /** What the second answer is made of shows in what the model read: the first turn is in it. */
  @Test
  void a_conversation_is_answered_turn_by_turn_with_what_was_said_before() {
    Conversation talk =
        Conversation.begin(
            gateway(), "{\"model\":\"" + RealOllama.MODEL + "\",\"options\":{\"num_predict\":32}}");
    JsonNode first = answer(talk, "m1", "My name is Ada and I live in Paris.");
    JsonNode second = answer(talk, "m2", "Which name did I say?");
    assertThat(second.path("tokens").asInt())
        .as("read and written: %s after %s", second, first)
        .isGreaterThan(first.path("tokens").asInt());
    JsonNode messages = talk.view(gateway()).path("messages");
    assertThat(messages.findValuesAsText("role"))
        .containsExactly("user", "assistant", "user", "assistant");
    assertThat(messages.findValuesAsText("number")).containsExactly("1", "2", "3", "4");
    assertThat(messages.findValuesAsText("replyTo")).containsExactly("1", "3");
    assertThat(messages.findValuesAsText("status")).containsExactly("answered", "answered");
    assertThat(messages.get(3)).isEqualTo(second);
    talk.delete(gateway());
  }

  private static JsonNode answer(Conversation talk, String messageId, String content) {
    talk.post(gateway(), messageId, content);
    Awaitility.await(messageId)
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                !List.of("queued", "running")
                    .contains(talk.message(gateway(), messageId).path("status").asText()));
    JsonNode turn = talk.message(gateway(), messageId);
    assertThat(turn.path("status").asText()).as("%s", turn).isEqualTo("answered");
    JsonNode answer = turn.path("answer");
    assertThat(answer.path("content").asText()).isNotBlank();
    assertThat(answer.path("model").asText()).isEqualTo(RealOllama.MODEL);
    assertThat(answer.path("node").asText()).isEqualTo("one");
    return answer;
  }

  @Test
  void a_vote_is_parsed_tallied_and_attributed() {
    JsonNode view = run("ensemble", ",\"answers\":\"yesno\",\"samplesPerModel\":3");
    attributed(view);
    assertThat(view.path("decision").path("rule").asText()).isEqualTo("majority");
    assertThat(view.path("candidates").size()).isGreaterThanOrEqualTo(3);
    List<String> parsed = view.path("candidates").findValuesAsText("answer");
    if (!parsed.isEmpty()) { // what cannot be read weighs nothing
      assertThat(parsed).allMatch(answer -> answer.equals("yes") || answer.equals("no"));
      double votes = 0;
      for (JsonNode weight : view.path("decision").path("tally")) {
        votes += weight.asDouble();
      }
      assertThat(votes).isEqualTo(parsed.size());
      assertThat(parsed).contains(view.path("answer").asText());
    }
  }
}
