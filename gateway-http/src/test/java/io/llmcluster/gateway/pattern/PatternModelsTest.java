package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Client.Answer;
import io.llmcluster.gateway.testkit.Duo;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patterns in the place of a model, as chat clients see them. */
@Tag(TestStore.ON_MONGODB)
class PatternModelsTest {

  private static final String MESSAGES = ",\"messages\":[{\"role\":\"user\",\"content\":\"why?\"}]";
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

  private static String chat(String model, String more) {
    return "{\"model\":\"" + model + "\"" + MESSAGES + more + "}";
  }

  private static JsonNode json(String text) {
    try {
      return Client.JSON.readTree(text);
    } catch (JsonProcessingException failure) {
      throw new AssertionError(text, failure);
    }
  }

  private static List<JsonNode> lines(String path, String body) {
    return client.open("POST", path, body).rest().stream()
        .filter(line -> !line.isEmpty() && !line.equals("data: [DONE]"))
        .map(line -> json(line.startsWith("data: ") ? line.substring(6) : line))
        .toList();
  }

  @Test
  void a_chat_ends_with_the_recorded_answer_and_its_counts() {
    List<JsonNode> lines = lines("/api/chat", chat("ensemble:cid:1b,dan:2b", ""));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).path("message").path("content").asText()).isEqualTo("cid:1b agrees");
    assertThat(lines.get(0).path("done").asBoolean()).isFalse();
    JsonNode last = lines.get(1);
    assertThat(last.path("model").asText()).isEqualTo("ensemble:cid:1b,dan:2b");
    assertThat(last.path("done").asBoolean()).isTrue();
    assertThat(last.path("done_reason").asText()).isEqualTo("stop");
    assertThat(last.path("prompt_eval_count").asInt()).isEqualTo(6);
    assertThat(last.path("eval_count").asInt()).isEqualTo(4);
    assertThat(last.path("total_duration").asLong()).isPositive();
  }

  @Test
  void the_step_that_writes_the_answer_is_told_as_it_is_written() {
    for (String surface : List.of("/api/chat", "/v1/chat/completions")) {
      Models.Voice voice = gateway.models.speakFor("writer");
      String more = ",\"stream\":true,\"think\":true,\"reasoning_effort\":\"low\"";
      Client.Lines stream = client.open("POST", surface, chat("ensemble:writer", more));
      voice.awaitAsked().say("The ");
      stream.until(line -> line.contains("\"content\":\"The\""));
      voice.say("end");
      stream.until(line -> line.contains("\"content\":\" end\""));
      voice.finish();
      List<String> rest = stream.rest();
      assertThat(rest).noneMatch(line -> line.contains("The end") || line.contains("reasoning"));
      assertThat(String.join("", rest)).containsAnyOf("\"done\":true", "[DONE]");
      gateway.models.leave("writer");
    }
  }

  @Test
  void without_a_stream_it_is_one_object() {
    Answer answer = client.post("/api/chat", chat("ensemble", ",\"stream\":false"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Workflow-Id")).startsWith("wf-");
    assertThat(answer.json().path("message").path("content").asText()).isEqualTo("ada agrees");
    assertThat(answer.json().path("message").has("thinking")).isFalse();
    assertThat(answer.json().path("done").asBoolean()).isTrue();
  }

  @Test
  void whoever_asks_for_thinking_sees_how_it_comes_about() {
    List<JsonNode> lines = lines("/api/chat", chat("ensemble", ",\"think\":true"));
    List<String> thoughts =
        lines.stream()
            .map(line -> line.path("message").path("thinking").asText())
            .filter(text -> !text.isEmpty())
            .toList();
    assertThat(thoughts).contains("voice2 (bob): bob agrees\n\n", "decision choice: voice1\n");
    assertThat(lines.get(lines.size() - 1).path("done").asBoolean()).isTrue();
    Answer whole =
        client.post("/api/chat", chat("ensemble", ",\"think\":\"low\",\"stream\":false"));
    assertThat(whole.json().path("message").path("thinking").asText()).contains("bob agrees");
  }

  @Test
  void openai_clients_get_their_own_words() {
    Answer answer = client.post("/v1/chat/completions", chat("ensemble", ""));
    JsonNode choice = answer.json().path("choices").get(0);
    assertThat(answer.json().path("object").asText()).isEqualTo("chat.completion");
    assertThat(choice.path("message").path("content").asText()).isEqualTo("ada agrees");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.json().path("usage").path("total_tokens").asInt()).isEqualTo(10);
  }

  @Test
  void an_openai_stream_has_a_role_the_content_a_reason_the_usage_and_an_end() {
    String more =
        ",\"stream\":true,\"reasoning_effort\":\"low\",\"stream_options\":{\"include_usage\":true}";
    List<String> raw =
        client.open("POST", "/v1/chat/completions", chat("ensemble", more)).rest().stream()
            .filter(line -> !line.isEmpty())
            .toList();
    assertThat(raw.get(raw.size() - 1)).isEqualTo("data: [DONE]");
    List<JsonNode> chunks =
        raw.subList(0, raw.size() - 1).stream().map(line -> json(line.substring(6))).toList();
    assertThat(chunks.stream().map(chunk -> chunk.path("id").asText()).distinct()).hasSize(1);
    List<JsonNode> deltas =
        chunks.stream().map(chunk -> chunk.path("choices").path(0).path("delta")).toList();
    assertThat(deltas.get(0).path("role").asText()).isEqualTo("assistant");
    assertThat(deltas.get(0).has("reasoning")).isTrue();
    assertThat(deltas.stream().filter(delta -> delta.has("role"))).hasSize(1);
    int size = chunks.size();
    assertThat(deltas.get(size - 3).path("content").asText()).isEqualTo("ada agrees");
    assertThat(chunks.get(size - 2).path("choices").get(0).path("finish_reason").asText())
        .isEqualTo("stop");
    assertThat(chunks.get(size - 1).path("choices")).isEmpty();
    assertThat(chunks.get(size - 1).path("usage").path("prompt_tokens").asInt()).isEqualTo(6);
  }

  @Test
  void a_workflow_that_fails_before_the_first_line_is_an_ordinary_error() {
    for (String stream : List.of("true", "false")) {
      Answer failed = client.post("/api/chat", chat("ensemble:broken", ",\"stream\":" + stream));
      assertThat(failed.status()).isEqualTo(500);
      assertThat(failed.json().path("error").asText()).isEqualTo("no model answered");
    }
    Answer openai = client.post("/v1/chat/completions", chat("ensemble:broken", ""));
    assertThat(openai.json().path("error").path("message").asText()).isEqualTo("no model answered");
  }

  @Test
  void a_workflow_that_fails_later_ends_with_an_error_line() {
    List<JsonNode> lines = lines("/api/chat", chat("ensemble:broken", ",\"think\":true"));
    assertThat(lines.get(lines.size() - 1).path("error").asText()).isEqualTo("no model answered");
    assertThat(lines).noneMatch(line -> line.path("done").asBoolean());
  }

  @Test
  void what_no_pattern_can_do_is_refused_by_name() {
    assertThat(client.post("/api/chat", chat("ensemble", ",\"format\":\"json\"")).status())
        .isEqualTo(400);
    assertThat(client.post("/api/chat", chat("ensemble:a,,b", "")).json().path("error").asText())
        .startsWith("models: ");
  }

  @Test
  void a_conversation_that_is_too_large_for_a_pattern_is_413_in_each_ones_words() {
    String large = "x".repeat(5000);
    String request =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"" + large + "\"}]}";
    String told = "request body is too large (at most 4096 bytes for a pattern)";
    int before = client.get("/api/patterns/executions").json().path("total").asInt();
    for (String path : List.of("/api/chat", "/api/chat/stream")) {
      Answer refused = client.post(path, request.formatted("ensemble"));
      assertThat(refused.status()).as(path).isEqualTo(413);
      assertThat(refused.header("X-Workflow-Id")).isEmpty();
      assertThat(refused.json()).isEqualTo(json("{\"error\":\"" + told + "\"}"));
    }
    Answer openai = client.post("/v1/chat/completions", request.formatted("ensemble"));
    assertThat(openai.status()).isEqualTo(413);
    assertThat(openai.json())
        .isEqualTo(
            json(
                "{\"error\":{\"message\":\""
                    + told
                    + "\",\"type\":\"api_error\",\"param\":null,\"code\":null}}"));
    assertThat(client.get("/api/patterns/executions").json().path("total").asInt())
        .isEqualTo(before);
    assertThat(client.post("/api/chat", request.formatted("ada")).status()).isEqualTo(200);
  }

  @Test
  void a_chat_without_messages_loads_nothing_and_says_so() {
    Answer answer = client.post("/api/chat", "{\"model\":\"ensemble\"}");
    assertThat(answer.json().path("done_reason").asText()).isEqualTo("load");
  }

  @Test
  void a_real_model_of_that_name_wins() {
    Answer answer = client.post("/api/chat", chat("ensemble:real", ""));
    assertThat(answer.http().body()).contains("\"content\":\"ensemble:real\"");
    assertThat(answer.header("X-Workflow-Id")).isEmpty();
  }

  @Test
  void a_client_that_leaves_cancels_the_workflow() throws IOException {
    Models.Voice voice = gateway.models.speakFor("endless");
    String id;
    try (Client.Lines stream =
        client.open("POST", "/api/chat", chat("ensemble:endless", ",\"think\":true"))) {
      id = stream.http.headers().firstValue("X-Workflow-Id").orElseThrow();
      voice.awaitAsked();
    }
    voice.awaitOver();
    Awaitility.await()
        .until(
            () ->
                client
                    .get("/api/patterns/execution/" + id)
                    .json()
                    .path("status")
                    .asText()
                    .equals("cancelled"));
  }

  @Test
  void what_the_client_cannot_follow_any_more_is_cancelled() {
    gateway.models.speakFor(Duo.UNCLEAR);
    Answer lost = client.post("/api/chat", chat("maestro:" + Duo.UNCLEAR, ""));
    assertThat(lost.status()).isEqualTo(503);
    assertThat(lost.json().path("error").asText())
        .isEqualTo("the workflow cannot be followed any more");
    Awaitility.await().until(() -> states("maestro").equals(List.of("cancelled")));
    gateway.models.leave(Duo.UNCLEAR);
  }

  @Test
  void what_begins_when_its_client_was_told_that_it_did_not_is_cancelled() {
    gateway.models.speakFor("unhurried");
    CompletableFuture<String> moment = new CompletableFuture<>();
    gateway.begin(moment);
    try {
      String request = chat("duo:unhurried", "");
      Answer late = new Client(gateway.hasty).post("/api/chat", request);
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.json().path("error").asText())
          .as("what may be the reason")
          .contains("the store", "disk");
      assertThat(states("duo")).isEmpty();
    } finally {
      moment.complete("now");
    }
    Awaitility.await().until(() -> states("duo").equals(List.of("cancelled")));
    gateway.models.leave("unhurried");
  }

  private static List<String> states(String pattern) {
    JsonNode all = client.get("/api/patterns/executions?pattern=" + pattern).json();
    return all.path("workflows").findValuesAsText("status");
  }
}
