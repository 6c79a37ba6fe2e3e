package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every endpoint, through three members and two stand-in servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireIT {

  private final StandIn one = StandIn.start("one");
  private final StandIn two = StandIn.start("two");
  private final List<MemberProcess> members = new ArrayList<>();

  @BeforeAll
  void startCluster() {
    String nodes = "nodes=[" + one.node(4) + "," + two.node(4) + "]";
    members.add(MemberProcess.start(nodes));
    members.add(MemberProcess.start(members.get(0).joins(), nodes));
    members.add(MemberProcess.start(members.get(0).joins(), nodes));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> members.stream().allMatch(member -> member.gateway().members() == 3));
  }

  @BeforeEach
  void reset() {
    one.models("m:latest").answers(5, Duration.ofMillis(1));
    two.models("m:latest").answers(5, Duration.ofMillis(1));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                members.stream()
                    .allMatch(
                        member ->
                            member.gateway().node("one").path("models").size() == 1
                                && member.gateway().node("two").path("models").size() == 1
                                && member
                                    .gateway()
                                    .node("one")
                                    .path("models")
                                    .get(0)
                                    .asText()
                                    .equals("m:latest")));
  }

  @AfterAll
  void stop() {
    members.forEach(MemberProcess::close);
    one.close();
    two.close();
  }

  private List<Gateway> gateways() {
    return members.stream().map(MemberProcess::gateway).toList();
  }

  private Gateway gateway() {
    return members.get(1).gateway();
  }

  private static final String GENERATE = "{\"model\":\"m\",\"prompt\":\"x\"}";
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  @Test
  void every_gateway_streams_whole_lines_of_every_node() {
    for (Gateway gateway : gateways()) {
      for (int i = 0; i < 6; i++) {
        HttpResponse<String> answer = gateway.post("/api/generate", GENERATE);
        List<JsonNode> lines = Gateway.parseLines(answer.body());
        String node = answer.headers().firstValue("X-Served-By").orElseThrow();
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(Gateway.text(lines)).isEqualTo((node.equals("one") ? one : two).text());
        assertThat(lines.get(lines.size() - 1).path("done").asBoolean()).isTrue();
        assertThat(answer.body()).endsWith("\n");
      }
    }
  }

  @Test
  void unstreamed_answers_are_one_object() {
    HttpResponse<String> answer =
        gateway().post("/api/chat", CHAT.replace("}]}", "}],\"stream\":false}"));
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/json; charset=utf-8");
    JsonNode json = Gateway.parse(answer.body());
    assertThat(json.path("done").asBoolean()).isTrue();
    assertThat(json.path("model").asText()).isEqualTo("m");
    assertThat(json.path("message").path("content").asText()).isIn(one.text(), two.text());
  }

  @Test
  void chat_stream_streams_whatever_the_body_says() {
    List<JsonNode> lines =
        gateway().lines("/api/chat/stream", CHAT.replace("}]}", "}],\"stream\":false}"));
    assertThat(lines).hasSizeGreaterThan(3);
  }

  @Test
  void openai_chat_streams_events_up_to_done() {
    String body =
        gateway().post("/v1/chat/completions", CHAT.replace("}]}", "}],\"stream\":true}")).body();
    assertThat(body).startsWith("data: {").endsWith("data: [DONE]\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/responses, response.created, response.completed",
    "/v1/messages, message_start, message_stop"
  })
  void streams_of_other_apis_are_relayed_up_to_their_last_event(
      String path, String first, String last) {
    for (Gateway gateway : gateways()) {
      HttpResponse<String> answer = gateway.post(path, "{\"model\":\"m\",\"stream\":true}");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(answer.headers().firstValue("X-Served-By")).get().isIn("one", "two");
      assertThat(answer.body().split("(?<=\n\n)"))
          .hasSize(3)
          .satisfies(events -> assertThat(events[0]).startsWith("event: " + first + "\n"))
          .satisfies(events -> assertThat(events[1]).contains("\"é\""))
          .satisfies(events -> assertThat(events[2]).startsWith("event: " + last + "\n"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions |"
            + " {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | choices",
        "/v1/completions | {\"model\":\"m\",\"prompt\":\"x\"} | choices",
        "/v1/embeddings | {\"model\":\"m\",\"input\":\"x\"} | data",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\"} | status",
        "/v1/messages |"
            + " {\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
            + " | content",
        "/api/embed | {\"model\":\"m\",\"input\":[\"x\"]} | embeddings",
        "/api/embeddings | {\"model\":\"m\",\"prompt\":\"x\"} | embedding",
        "/api/show | {\"model\":\"m\"} | model_info"
      })
  void each_endpoint_answers(String path, String body, String field) {
    HttpResponse<String> answer = gateway().post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Gateway.parse(answer.body()).has(field)).isTrue();
    assertThat(answer.headers().firstValue("X-Served-By")).get().isIn("one", "two");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }

  @Test
  void listings_are_the_union_of_the_nodes() {
    two.models("m:latest", "only-two:latest");
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                gateway()
                    .get("/api/tags")
                    .path("models")
                    .findValuesAsText("name")
                    .equals(
                        List.of(
                            "m:latest",
                            "only-two:latest",
                            "auto:latest",
                            "ensemble:latest",
                            "debate:latest",
                            "maestro:latest")));
    assertThat(gateway().get("/v1/models").path("data").findValuesAsText("id"))
        .contains("m:latest", "only-two:latest", "ensemble:latest");
    assertThat(gateway().get("/v1/models/only-two%3Alatest").path("object").asText())
        .isEqualTo("model");
    JsonNode models = gateway().get("/api/cluster/models").path("models");
    assertThat(models.findValuesAsText("name")).containsExactly("m:latest", "only-two:latest");
    assertThat(gateway().get("/api/nodes/two/models").path("models").size()).isEqualTo(2);
    assertThat(
            gateway()
                .post("/api/generate", GENERATE.replace("\"m\"", "\"only-two\""))
                .headers()
                .firstValue("X-Served-By"))
        .contains("two");
  }

  @Test
  void what_is_loaded_is_listed() {
    gateway().post("/api/generate", GENERATE);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> gateway().get("/api/ps").path("models").size() == 1);
    JsonNode loaded = gateway().get("/api/ps").path("models").get(0);
    assertThat(loaded.path("size_vram").asLong()).isEqualTo(7);
    assertThat(loaded.path("digest").asText()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void it_looks_like_an_ollama(String method) {
    HttpResponse<String> root = gateway().send(method, "/", "");
    assertThat(root.statusCode()).isEqualTo(200);
    assertThat(root.body()).isEqualTo(method.equals("GET") ? "Ollama is running" : "");
    assertThat(gateway().send(method, "/api/version", "").statusCode()).isEqualTo(200);
    assertThat(gateway().send(method, "/api/tags", "").statusCode()).isEqualTo(200);
  }

  @Test
  void loading_and_unloading_answer_one_object() {
    List<Integer> before = List.of(one.unloads.get(), two.unloads.get());
    JsonNode load = Gateway.parse(gateway().post("/api/generate", "{\"model\":\"m\"}").body());
    assertThat(load.path("done_reason").asText()).isEqualTo("load");
    JsonNode unload =
        Gateway.parse(gateway().post("/api/chat", "{\"model\":\"m\",\"keep_alive\":0}").body());
    assertThat(unload.path("done_reason").asText()).isEqualTo("unload");
    assertThat(unload.path("message").path("content").asText()).isEmpty();
    assertThat(List.of(one.unloads.get(), two.unloads.get()))
        .as("both are told, though the directory may not know yet where it was loaded")
        .containsExactly(before.get(0) + 1, before.get(1) + 1);
    assertThat(one.loaded()).isEmpty();
    assertThat(two.loaded()).isEmpty();
  }

  @Test
  void a_pull_on_named_nodes_reports_each_and_ends_with_one_success() {
    List<JsonNode> lines =
        gateway().lines("/api/pull", "{\"model\":\"new\",\"nodes\":[\"one\",\"two\",\"two\"]}");
    assertThat(lines.stream().map(line -> line.path("node").asText()).collect(Collectors.toSet()))
        .contains("one", "two");
    assertThat(lines.stream().filter(line -> line.path("status").asText().equals("success")))
        .hasSize(1);
    assertThat(lines.stream().map(line -> line.path("status").asText()))
        .as("a node that is named twice pulls once")
        .containsOnlyOnce("success on two")
        .endsWith("success");
    assertThat(one.models()).contains("new:latest");
    assertThat(two.models()).contains("new:latest");
  }

  @Test
  void a_pull_without_nodes_goes_to_one_of_them() {
    HttpResponse<String> answer =
        gateway().post("/api/pull", "{\"model\":\"single\",\"stream\":false}");
    assertThat(answer.body()).isEqualTo("{\"status\":\"success\"}");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(one.models().contains("single:latest") ^ two.models().contains("single:latest"))
        .isTrue();
  }

  @Test
  void a_pull_of_what_does_not_exist_ends_with_an_error_line() {
    List<JsonNode> lines = gateway().lines("/api/pull", "{\"model\":\"missing\"}");
    JsonNode last = lines.get(lines.size() - 1);
    assertThat(last.path("error").asText())
        .matches("node (one|two): pull model manifest: file does not exist");
    assertThat(last.size()).as("keys of the error").isEqualTo(1);
    assertThat(gateway().post("/api/pull", "{\"model\":\"missing\",\"stream\":false}").statusCode())
        .isEqualTo(500);
  }

  @Test
  void a_pull_that_fails_in_mid_stream_is_one_line_in_the_log() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                gateway()
                    .request(
                        "POST",
                        "/api/pull",
                        "{\"model\":\"missing\",\"nodes\":[\"two\"]}",
                        "X-Request-Id",
                        "pulls-nothing"),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(members.stream().flatMap(member -> member.output().lines()))
                    .filteredOn(line -> line.contains("pulls-nothing"))
                    .singleElement()
                    .asString()
                    .contains("pull at node two: its server answered with an error"));
  }

  @Test
  void delete_removes_from_all_nodes_and_copy_copies_on_all() {
    assertThat(
            gateway().post("/api/copy", "{\"source\":\"m\",\"destination\":\"copy\"}").statusCode())
        .isEqualTo(200);
    assertThat(one.models()).contains("copy:latest");
    assertThat(two.models()).contains("copy:latest");
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> gateway().node("two").path("models").size() == 2);
    HttpResponse<String> unknown = gateway().send("DELETE", "/api/delete", "{\"model\":\"nope\"}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo("{\"error\":\"model 'nope' not found\"}");
    HttpResponse<String> deleted = gateway().send("DELETE", "/api/delete", "{\"model\":\"copy\"}");
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(deleted.body()).isEmpty();
    assertThat(one.models()).doesNotContain("copy:latest");
    assertThat(two.models()).doesNotContain("copy:latest");
  }

  @Test
  void a_pull_that_fails_on_a_named_node_names_it_in_a_key_of_its_own() {
    List<JsonNode> lines =
        gateway().lines("/api/pull", "{\"model\":\"missing\",\"nodes\":[\"two\"]}");
    assertThat(lines.get(lines.size() - 1).path("node").asText()).isEqualTo("two");
    assertThat(lines.get(lines.size() - 1).path("error").asText())
        .isEqualTo("pull model manifest: file does not exist");
  }

  @Test
  void delete_on_named_nodes_reports_each() {
    two.models("m:latest", "only-two:latest");
    String nodes = ",\"nodes\":[\"two\",\"one\"]}";
    HttpResponse<String> half =
        gateway().send("DELETE", "/api/delete", "{\"model\":\"only-two\"" + nodes);
    assertThat(half.statusCode()).isEqualTo(404);
    assertThat(half.body())
        .isEqualTo(
            "{\"nodes\":[{\"name\":\"two\",\"status\":200},{\"name\":\"one\",\"status\":404,\"error\":\"model"
                + " 'only-two:latest' not found\"}]}");
    HttpResponse<String> all = gateway().send("DELETE", "/api/delete", "{\"model\":\"m\"" + nodes);
    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(all.body())
        .isEqualTo(
            "{\"nodes\":[{\"name\":\"two\",\"status\":200},{\"name\":\"one\",\"status\":200}]}");
    assertThat(one.models()).isEmpty();
    assertThat(two.models()).isEmpty();
  }

  @Test
  void nodes_and_health_are_shown() {
    assertThat(gateway().get("/api/nodes").path("nodes").findValuesAsText("name"))
        .containsExactly("one", "two");
    HttpResponse<String> health = gateway().send("GET", "/health", "");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).isEqualTo("{\"status\":\"up\",\"members\":3,\"nodes\":2}");
  }

  @Test
  void pages_are_let_in_by_their_origin() throws Exception {
    HttpResponse<String> preflight = asPage("OPTIONS", "http://localhost:8080");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.body()).isEmpty();
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("http://localhost:8080");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
        .contains("Authorization")
        .contains("x-stainless-os");
    assertThat(asPage("GET", "http://localhost:8080").statusCode()).isEqualTo(200);
    for (String method : List.of("OPTIONS", "GET")) {
      HttpResponse<String> foreign = asPage(method, "https://evil.example.com");
      assertThat(foreign.statusCode()).isEqualTo(403);
      assertThat(foreign.body()).isEmpty();
      assertThat(foreign.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  private HttpResponse<String> asPage(String method, String origin) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            gateway().request(method, "/api/tags", "", "Origin", origin),
            HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/generate | {\"model\":\"nope\",\"prompt\":\"x\"} | 404 | {\"error\":\"model 'nope'"
            + " not found\"}",
        "/api/chat | {\"model\":\"nope\",\"messages\":[{}]} | 404 | {\"error\":\"model 'nope' not"
            + " found\"}",
        "/api/embed | {\"model\":\"nope\",\"input\":\"x\"} | 404 | {\"error\":\"model \\\"nope\\\""
            + " not found, try pulling it first\"}",
        "/api/embeddings | {\"model\":\"nope\",\"prompt\":\"x\"} | 404 | {\"error\":\"model"
            + " \\\"nope\\\" not found, try pulling it first\"}",
        "/api/copy | {\"source\":\"nope\",\"destination\":\"x\"} | 404 | {\"error\":\"model"
            + " \\\"nope\\\" not found\"}",
        "/v1/messages | {\"model\":\"nope\",\"messages\":[{}]} | 404 | {\"type\":\"error\",\"error\":"
            + "{\"type\":\"not_found_error\",\"message\":\"model 'nope' not found\"}}",
        "/api/show | {\"model\":\"nope\"} | 404 | {\"error\":\"model 'nope:latest' not found\"}",
        "/api/chat | {\"model\":\"a b\",\"messages\":[{}]} | 400 | {\"error\":\"invalid model"
            + " name\"}",
        "/api/embed | {\"model\":\"a b\",\"input\":\"x\"} | 400 | {\"error\":\"invalid model"
            + " name\"}",
        "/api/generate | {\"model\" | 400 | {\"error\":\"unexpected EOF\"}",
        "/api/pull | {\"model\":\"x\",\"nodes\":[\"nowhere\"]} | 404 | {\"error\":\"node 'nowhere'"
            + " not found\"}",
        "/v1/chat/completions |"
            + " {\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | 404 |"
            + " {\"error\":{\"message\":\"model 'nope' not"
            + " found\",\"type\":\"not_found_error\",\"param\":null,\"code\":null}}"
      })
  void errors_have_the_contracts_status_and_envelope(
      String path, String body, int status, String expected) {
    HttpResponse<String> answer = gateway().post(path, body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(expected);
  }

  @Test
  void unknown_paths_and_methods_are_answered_as_gin_does() {
    HttpResponse<String> path = gateway().send("GET", "/nowhere", "");
    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(path.body()).isEqualTo("404 page not found");
    HttpResponse<String> method = gateway().send("GET", "/api/chat", "");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.body()).isEqualTo("405 method not allowed");
    assertThat(method.headers().firstValue("Allow")).contains("POST");
    HttpResponse<String> slash = gateway().post("/api/chat/", CHAT);
    assertThat(slash.statusCode()).isEqualTo(307);
    assertThat(slash.headers().firstValue("Location")).contains("/api/chat");
    HttpResponse<String> query = gateway().send("GET", "/api/tags/?a=b", "");
    assertThat(query.statusCode()).isEqualTo(301);
    assertThat(query.headers().firstValue("Location")).contains("/api/tags?a=b");
    assertThat(gateway().send("GET", "/api/nodes/one", "").body()).isEqualTo("404 page not found");
  }

  @Test
  void a_sane_request_id_is_kept_and_an_insane_one_replaced() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpResponse<String> kept =
        http.send(
            gateway().request("POST", "/api/generate", GENERATE, "X-Request-Id", "abc-1"),
            HttpResponse.BodyHandlers.ofString());
    assertThat(kept.headers().firstValue("X-Request-Id")).contains("abc-1");
    HttpResponse<String> replaced =
        http.send(
            gateway().request("GET", "/nowhere", "", "X-Request-Id", "a b<script>"),
            HttpResponse.BodyHandlers.ofString());
    assertThat(replaced.headers().firstValue("X-Request-Id")).get().asString().startsWith("req-");
  }

  @Test
  void many_requests_at_once_all_get_their_own_whole_answer() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 150)
            .mapToObj(i -> gateways().get(i % 3).sendAsync("POST", "/api/generate", GENERATE))
            .toList();
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      HttpResponse<String> answer = each.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Gateway.text(Gateway.parseLines(answer.body()))).isIn(one.text(), two.text());
    }
  }

  @Test
  void every_member_shows_the_same_cluster() {
    for (Gateway gateway : gateways()) {
      JsonNode status = gateway.get("/api/cluster/status");
      assertThat(status.path("members").size()).isEqualTo(3);
      assertThat(
              StreamSupport.stream(status.path("nodes").spliterator(), false)
                  .map(node -> node.path("name").asText() + "=" + node.path("health").asText()))
          .containsExactly("one=up", "two=up");
    }
  }
}
