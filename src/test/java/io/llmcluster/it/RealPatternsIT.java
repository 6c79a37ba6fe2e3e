package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.testkit.Conversation;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.RealOllama;
import io.llmcluster.testkit.Testbed;
import io.llmcluster.testkit.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every pattern with a real small model, which is shown the forms and has to keep to them; whether
 * what it says is wise is not asked.
 */
class RealPatternsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Double>> TALLY = new TypeReference<>() {};
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

  /**
   * How a small model is brought to keep to a form: it is shown some, of questions that are as
   * easy. Without a penalty for repeating, or it would say anything but what it was shown; without
   * chance, so that every run of this test reads the same (agents have temperatures of their own,
   * small ones; their chance is the seed's).
   */
  private static final List<String> SHOWN =
      List.of(
          "Is grass green?",
          "Is snow white?",
          "Is coal black?",
          "Is blood red?",
          "Is milk white?",
          "Is tea brown?");

  private static final String VOTE = "I have seen it.\nAnswer: yes";

  private static final String OPINION =
      "{'reasoning': 'I have seen it.', 'answer': 'yes', 'confidence': 0.9}";

  private static final String ASSIGNMENTS =
      "{'complexity': 'complex', 'assignments': [{'id': 'a', 'role': 'Research', 'instruction':"
          + " '%s', 'dependsOn': [], 'acceptance': 'It is true.'}]}";

  private static final String TASKS =
      "{'tasks': [{'id': 'a', 'title': 'Look', 'instruction': '%s', 'dependsOn': []}]}";

  private static ObjectNode request() {
    ObjectNode request = JSON.createObjectNode().put("seed", 1).put("temperature", 0);
    request
        .putObject("options")
        .put("temperature", 0)
        .put("repeat_penalty", 1)
        .put("num_predict", 128);
    return request;
  }

  /** Asks a question after others that were answered in a form. */
  private static ObjectNode shown(String form) {
    ObjectNode request = request();
    ArrayNode messages = request.putArray("messages");
    for (String question : SHOWN) {
      String answer = form.replace('\'', '"').replace("%s", question);
      messages.addObject().put("role", "user").put("content", question);
      messages.addObject().put("role", "assistant").put("content", answer);
    }
    messages.addObject().put("role", "user").put("content", "Is the sky blue?");
    return request;
  }

  private static ObjectNode asked() {
    return request().put("prompt", "Is the sky blue? Say yes or no.");
  }

  /** A run whose answer has the form of every pattern: a text, and who gave what. */
  private static JsonNode run(String pattern, ObjectNode request) {
    Workflow workflow = Workflow.begin(gateway(), pattern, request.toString());
    Awaitility.await(pattern)
        .atMost(Duration.ofMinutes(6))
        .until(() -> !workflow.view(gateway()).path("status").asText().equals("running"));
    JsonNode view = workflow.view(gateway());
    assertThat(view.path("status").asText()).as(view.toString()).isEqualTo("completed");
    assertThat(view.path("answer").isTextual()).isTrue();
    attributed(view);
    JsonNode budget = view.path("budget");
    assertThat(budget.path("actual").path("modelCalls").asInt())
        .isBetween(1, budget.path("limit").path("modelCalls").asInt());
    return view;
  }

  @Test
  void an_ensemble_ends_with_what_was_made_of_its_candidates() {
    JsonNode view = run("ensemble", asked().put("rule", "synthesize"));
    assertThat(view.path("decision").path("rule").asText()).isEqualTo("synthesize");
    assertThat(view.path("candidates").size()).isGreaterThanOrEqualTo(3);
    assertThat(stepIds(view)).containsAll(view.path("candidates").findValuesAsText("id"));
  }

  @Test
  void a_vote_is_parsed_tallied_and_attributed() {
    JsonNode view = run("ensemble", shown(VOTE).put("answers", "yesno").put("samplesPerModel", 3));
    JsonNode decision = view.path("decision");
    assertThat(decision.path("rule").asText()).isEqualTo("majority");
    assertThat(view.path("candidates").size()).isGreaterThanOrEqualTo(3);
    Map<String, String> votes = new TreeMap<>();
    decision
        .path("detail")
        .path("answers")
        .properties()
        .forEach(vote -> votes.put(vote.getKey(), vote.getValue().asText()));
    assertThat(votes).as("%s", view).isNotEmpty();
    assertThat(votes.values()).isSubsetOf("yes", "no").contains(view.path("answer").asText());
    assertThat(stepIds(view)).containsAll(votes.keySet());
    for (JsonNode candidate : view.path("candidates")) {
      String vote = votes.get(candidate.path("id").asText());
      if (vote != null) {
        assertThat(candidate.path("answer").asText()).isEqualTo(vote);
      }
    }
    Map<String, Double> tally = new TreeMap<>();
    votes.values().forEach(vote -> tally.merge(vote, 1.0, Double::sum));
    assertThat(JSON.convertValue(decision.path("tally"), TALLY)).isEqualTo(tally);
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

  /** A debate has rounds with who said what, and its verdict is the answer of one that was read. */
  @ParameterizedTest
  @ValueSource(strings = {"debate", "auto"})
  void a_debate_is_decided_by_answers_that_were_read(String pattern) {
    JsonNode view = run(pattern, shown(OPINION).put("answers", "yesno"));
    assertThat(view.path("rounds")).isNotEmpty();
    Set<String> read = new TreeSet<>();
    for (JsonNode round : view.path("rounds")) {
      assertThat(round.path("turns")).isNotEmpty();
      for (JsonNode turn : round.path("turns")) {
        assertThat(turn.path("debater").asText()).isNotEmpty();
        assertThat(turn.path("model").asText()).isEqualTo(RealOllama.MODEL);
        if (turn.has("answer")) {
          assertThat(turn.path("answer").asText()).isIn("yes", "no");
          assertThat(turn.path("confidence").asDouble(-1)).isBetween(0.0, 1.0);
          read.add(turn.path("debater").asText());
        }
      }
    }
    JsonNode decision = view.path("decision");
    assertThat(decision.path("id").asText()).as("%s", view).isEqualTo("verdict");
    assertThat(decision.path("rule").asText()).isNotEmpty();
    String chosen = decision.path("chosen").asText();
    assertThat(stepIds(view)).contains(chosen);
    assertThat(read).contains(chosen.substring(chosen.indexOf('/') + 1).split("/")[0]);
    assertThat(view.path("answer").asText()).isIn("yes", "no");
  }

  /** A plan of its own, not the way out when there is none, and whose each result is. */
  @Test
  void a_maestro_divides_and_attributes_what_its_agents_did() {
    JsonNode view = run("maestro", shown(ASSIGNMENTS).put("maxAssignments", 2));
    planned(view);
    assertThat(view.path("attribution")).isNotEmpty();
    for (JsonNode part : view.path("attribution")) {
      assertThat(part.path("role").asText()).isNotEmpty();
      assertThat(part.path("model").asText()).isEqualTo(RealOllama.MODEL);
      assertThat(part.path("node").asText()).isEqualTo("one");
      assertThat(stepIds(view)).contains(part.path("step").asText());
    }
  }

  @Test
  void a_job_is_divided_into_tasks_that_are_done() {
    JsonNode view = run("decompose", shown(TASKS).put("maxTasks", 2));
    planned(view);
    for (JsonNode task : view.path("tasks")) {
      assertThat(stepIds(view)).contains(task.path("step").asText());
    }
  }

  private static void planned(JsonNode view) {
    assertThat(view.path("plan").path("rule").asText()).as("%s", view).isEqualTo("planned");
    assertThat(view.path("tasks")).isNotEmpty();
    assertThat(view.path("tasks").findValuesAsText("status")).contains("SUCCEEDED");
  }

  /** What the second answer is made of shows in what the model read: the first turn is in it. */
  @Test
  void a_conversation_is_answered_turn_by_turn_with_what_was_said_before() {
    Conversation talk =
        Conversation.begin(
            gateway(),
            "{\"model\":\""
                + RealOllama.MODEL
                + "\",\"options\":{\"num_predict\":32,\"temperature\":0}}");
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
}
