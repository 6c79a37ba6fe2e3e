package io.llmcluster.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Client.Answer;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations over a real port and a real store. */
@Tag(TestStore.ON_MONGODB)
class ConversationRoutesTest {

  private static final String ALL = "/api/agents/conversations";
  private static PatternGateway gateway;
  private static Client client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    gateway = PatternGateway.start(folder);
    client = new Client(gateway.base);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String begin(String request) {
    Answer answer = client.post(ALL, request);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
    return answer.id();
  }

  private static Answer say(String id, String message) {
    return client.post(ALL + "/" + id + "/messages", message);
  }

  private static Answer sayAndWait(String id, String message) {
    return client.post(ALL + "/" + id + "/messages?wait=60s", message);
  }

  private static String newModel() {
    return "m" + UUID.randomUUID();
  }

  private static String error(Answer answer) {
    return answer.json().path("error").asText();
  }

  @Test
  void a_conversation_is_created_with_its_place_and_what_holds_for_it() {
    Answer answer =
        client.post(ALL, "{\"agent\":\"Critic\",\"title\":\"t\",\"onBusy\":\"reject\"}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Location")).isEqualTo(ALL + "/" + answer.id());
    JsonNode view = client.get(ALL + "/" + answer.id()).json();
    assertThat(view.path("agent").asText()).isEqualTo("Critic");
    assertThat(view.path("model").asText()).isIn("ada", "bob");
    assertThat(view.path("status").asText()).isEqualTo("idle");
    assertThat(view.path("onBusy").asText()).isEqualTo("reject");
    assertThat(view.path("memory").path("window").asInt()).isEqualTo(3072);
  }

  @Test
  void a_message_is_accepted_with_its_place_and_whoever_waits_gets_the_answer() {
    String id = begin("{\"model\":\"ada\"}");
    Answer accepted = say(id, "{\"content\":\"hello\",\"messageId\":\"m1\"}");
    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.header("Location")).isEqualTo(ALL + "/" + id + "/messages/m1");
    JsonNode turn = client.get(accepted.header("Location") + "?wait=60s").json();
    assertThat(turn.path("status").asText()).isEqualTo("answered");
    assertThat(turn.path("answer").path("content").asText()).isEqualTo("ada agrees");
    assertThat(turn.path("answer").path("tokens").asInt()).isEqualTo(5);
    Answer waited = sayAndWait(id, "{\"content\":\"and?\"}");
    assertThat(waited.status()).isEqualTo(200);
    assertThat(waited.json().path("answer").path("replyTo").asInt())
        .isEqualTo(waited.json().path("number").asInt());
    assertThat(client.get(ALL + "/" + id + "/messages/nope").status()).isEqualTo(404);
  }

  @Test
  void the_same_id_is_the_same_message_and_the_same_key_the_same_conversation() {
    String key = UUID.randomUUID().toString();
    String request = "{\"model\":\"ada\"}";
    String id = client.post(ALL, request, "Idempotency-Key", key).id();
    assertThat(client.post(ALL, request, "Idempotency-Key", key).id()).isEqualTo(id);
    assertThat(client.post(ALL, "{}", "Idempotency-Key", key).status()).isEqualTo(409);
    String message = "{\"content\":\"hello\",\"messageId\":\"m1\"}";
    JsonNode first = sayAndWait(id, message).json();
    assertThat(sayAndWait(id, message).json()).isEqualTo(first);
    Answer other = say(id, "{\"content\":\"bye\",\"messageId\":\"m1\"}");
    assertThat(other.status()).isEqualTo(409);
    assertThat(error(other)).isEqualTo("messageId: m1 was used for another message");
  }

  @Test
  void messages_are_read_in_pages_and_a_known_view_is_not_sent_again() {
    String id = begin("{\"model\":\"ada\"}");
    for (int i = 0; i < 3; i++) {
      sayAndWait(id, "{\"content\":\"q" + i + "\"}");
    }
    Answer page = client.get(ALL + "/" + id + "?after=1&limit=2");
    assertThat(page.json().path("messages").findValuesAsText("number")).containsExactly("2", "3");
    assertThat(page.json().path("more").asBoolean()).isTrue();
    Answer rest = client.get(ALL + "/" + id + "/messages?after=3");
    assertThat(rest.json().path("messages").findValuesAsText("content"))
        .containsExactly("ada agrees", "q2", "ada agrees");
    assertThat(rest.json().path("more").asBoolean()).isFalse();
    assertThat(client.get(ALL + "/" + id, "If-None-Match", page.header("ETag")).status())
        .isEqualTo(304);
    assertThat(client.get(ALL + "/" + id + "?limit=0").status()).isEqualTo(400);
  }

  @Test
  void one_turn_runs_at_a_time_and_the_queue_is_bounded() {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    String id = begin("{\"model\":\"" + model + "\"}");
    say(id, "{\"content\":\"first\",\"messageId\":\"m1\"}");
    voice.awaitAsked().say("so");
    JsonNode running = client.get(ALL + "/" + id).json();
    assertThat(running.path("status").asText()).isEqualTo("running");
    assertThat(running.path("turn").path("messageId").asText()).isEqualTo("m1");
    assertThat(running.path("turn").path("attempt").asInt()).isEqualTo(1);
    assertThat(say(id, "{\"content\":\"second\",\"messageId\":\"m2\"}").json().path("status"))
        .hasToString("\"queued\"");
    Answer full = say(id, "{\"content\":\"third\"}");
    assertThat(full.status()).isEqualTo(503);
    assertThat(full.header("Retry-After")).isEqualTo("2");
    assertThat(error(full)).startsWith("1 messages wait already (expected: at most 1)");
    gateway.models.leave(model);
    voice.finish();
    JsonNode second = client.get(ALL + "/" + id + "/messages/m2?wait=60s").json();
    assertThat(second.path("status").asText()).isEqualTo("answered");
  }

  @Test
  void a_busy_conversation_refuses_or_is_interrupted_as_it_was_begun() {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    String strict = begin("{\"model\":\"" + model + "\",\"onBusy\":\"reject\"}");
    say(strict, "{\"content\":\"first\"}");
    voice.awaitAsked();
    assertThat(say(strict, "{\"content\":\"second\"}").status()).isEqualTo(409);
    voice.finish();

    Models.Voice story = gateway.models.speakFor(model);
    String hasty = begin("{\"model\":\"" + model + "\",\"onBusy\":\"interrupt\"}");
    say(hasty, "{\"content\":\"first\",\"messageId\":\"m1\"}");
    story.awaitAsked().say("Once");
    gateway.models.leave(model);
    assertThat(sayAndWait(hasty, "{\"content\":\"stop\"}").json().path("status").asText())
        .isEqualTo("answered");
    story.awaitOver();
    assertThat(client.get(ALL + "/" + hasty + "/messages/m1").json().path("status").asText())
        .isEqualTo("interrupted");
  }

  @Test
  void a_pattern_answers_in_a_workflow_of_its_own() {
    String id = begin("{\"pattern\":\"ensemble\",\"models\":[\"ada\",\"bob\"]}");
    JsonNode turn = sayAndWait(id, "{\"content\":\"why?\"}").json();
    assertThat(turn.path("answer").path("content").asText()).isEqualTo("ada agrees");
    Answer run = client.get("/api/patterns/execution/" + turn.path("execution").asText());
    assertThat(run.json().path("status").asText()).isEqualTo("completed");
    assertThat(client.get(ALL + "/" + id).json().path("messages")).hasSize(2);
  }

  @Test
  void a_turn_is_streamed_with_its_text() throws IOException {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    String id = begin("{\"model\":\"" + model + "\"}");
    try (Client.Lines lines =
        client.open(
            "POST",
            ALL + "/" + id + "/messages",
            "{\"content\":\"hello\",\"messageId\":\"m1\",\"stream\":true}")) {
      assertThat(lines.until("event: TurnStarted"::equals)).contains("event: MessagePosted");
      voice.say("Hel");
      assertThat(lines.until(line -> line.contains("Hel"))).contains("event: token");
      voice.say("lo");
      voice.finish();
      List<String> rest = lines.rest();
      assertThat(rest).contains("event: TurnAnswered");
      assertThat(rest.stream().filter(line -> line.contains("\"content\":\"Hello\""))).hasSize(1);
    }
    String turn = sayAndWait(id, "{\"content\":\"hello\",\"messageId\":\"m1\"}").json().toString();
    assertThat(turn).as("streaming is no part of the message").contains("Hello");
    try (Client.Lines again =
        client.open("GET", ALL + "/" + id + "/events", "", "Last-Event-ID", "3")) {
      assertThat(again.until(line -> line.startsWith("event: ")))
          .containsExactly("id: 4", "event: TurnAnswered");
    }
  }

  @Test
  void a_model_that_refuses_fails_its_turn_and_the_conversation_goes_on() {
    String id = begin("{\"model\":\"broken\"}");
    JsonNode turn = sayAndWait(id, "{\"content\":\"hello\"}").json();
    assertThat(turn.path("status").asText()).isEqualTo("failed");
    assertThat(turn.path("error").asText()).isEqualTo("node n1: no such thing");
    assertThat(client.get(ALL + "/" + id).json().path("status").asText()).isEqualTo("idle");
  }

  @Test
  void what_is_wrong_is_named_with_what_was_expected() {
    String id = begin("{}");
    assertThat(error(client.post(ALL, "{\"agent\":\"Nobody\"}")))
        .isEqualTo(
            "agent: Nobody (expected: one of Code, Coordinator, Creative, Critic, Reasoning,"
                + " Research)");
    assertThat(error(say(id, "{}"))).isEqualTo("content: missing (expected: a text)");
    assertThat(error(say(id, "{\"content\":\"x\",\"messageId\":\"a b\"}")))
        .startsWith("messageId: \"a b\" (expected:");
    assertThat(say(id, "{\"content\":\"x\",\"stream\":1}").status()).isEqualTo(400);
    assertThat(say(id, "[1]").status()).isEqualTo(400);
    assertThat(say(id, "{\"content\":").status()).isEqualTo(400);
    Answer large = say(id, "{\"content\":\"" + "x".repeat(5000) + "\"}");
    assertThat(large.status()).isEqualTo(413);
    assertThat(error(large)).isEqualTo("request body is too large (at most 4096 bytes)");
    assertThat(client.post(ALL + "/" + id + "/nothing", "{}").status()).isEqualTo(404);
    assertThat(client.get(ALL + "/" + id + "/messages/a/b").status()).isEqualTo(404);
    assertThat(client.delete(ALL).status()).isEqualTo(405);
  }

  @Test
  void what_is_not_there_is_not_found() {
    assertThat(error(client.get(ALL + "/conv-none")))
        .isEqualTo("conversation 'conv-none' not found");
    assertThat(say("conv-none", "{\"content\":\"x\"}").status()).isEqualTo(404);
    assertThat(client.get(ALL + "/conv-none/events").status()).isEqualTo(404);
    assertThat(client.delete(ALL + "/conv-none").status()).isEqualTo(404);
  }

  @Test
  void agents_are_listed_with_their_prompts_and_preferences() {
    JsonNode agents = client.get("/api/agents").json().path("agents");
    assertThat(agents.findValuesAsText("name"))
        .containsExactly("Code", "Coordinator", "Creative", "Critic", "Reasoning", "Research");
    JsonNode code = agents.get(0);
    assertThat(code.path("system").asText()).startsWith("You are a software engineer");
    assertThat(code.path("temperature").asDouble()).isEqualTo(0.2);
    assertThat(code.path("model").path("minBillions").asInt()).isEqualTo(7);
    assertThat(code.path("nodes").path("types").isArray()).isTrue();
  }

  @Test
  void a_pattern_s_turn_waits_until_somebody_is_there_to_answer() {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    String id = begin("{\"pattern\":\"ensemble\"}"); // its models are chosen for each message
    say(
        id,
        "{\"content\":\"first\",\"pattern\":\"ensemble\",\"patternOptions\":{\"models\":[\"ada\",\""
            + model
            + "\"]}}");
    Answer asked = say(id, "{\"content\":\"why?\",\"messageId\":\"m2\",\"pattern\":\"ensemble\"}");
    assertThat(asked.status()).as(asked.json().toString()).isEqualTo(202);
    voice.awaitAsked();
    int before = gateway.foundNobody();
    gateway.nobodyIsThere(true);
    try {
      gateway.models.leave(model);
      voice.finish();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(gateway.foundNobody())
                      .as(client.get(ALL + "/" + id + "/messages/m2").json().toString())
                      .isGreaterThan(before + 1));
      assertThat(client.get(ALL + "/" + id + "/messages/m2").json().path("status").asText())
          .isEqualTo("running");
    } finally {
      gateway.nobodyIsThere(false);
    }
    JsonNode turn = client.get(ALL + "/" + id + "/messages/m2?wait=60s").json();
    assertThat(turn.path("status").asText()).isEqualTo("answered");
    assertThat(turn.path("attempt").asInt()).isEqualTo(1);
  }
}
