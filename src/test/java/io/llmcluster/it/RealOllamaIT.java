package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.OfficialClient;
import io.llmcluster.testkit.RealOllama;
import io.llmcluster.testkit.Testbed;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two real Ollama servers with a real small model, behind three members. */
class RealOllamaIT {

  private static final List<AutoCloseable> STARTED = new ArrayList<>();
  private static final List<Gateway> GATEWAYS = new ArrayList<>();

  /** One of the servers, spoken to as llama.cpp's or vLLM would be. */
  private static final List<Gateway> OPENAI = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    Testbed.ollama();
    Testbed.model();
    RealOllama one = started(RealOllama.start("one"));
    RealOllama two = started(RealOllama.start("two"));
    String nodes = "nodes=[" + one.node() + "," + two.node() + "]";
    MemberProcess first = started(MemberProcess.start(nodes));
    GATEWAYS.add(first.gateway());
    OPENAI.add(started(MemberProcess.start("nodes=[" + one.openAiNode() + "]")).gateway());
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> up(OPENAI.get(0), "one"));
    for (int i = 2; i <= 3; i++) {
      GATEWAYS.add(started(MemberProcess.start(first.joins(), nodes)).gateway());
    }
    for (Gateway gateway : GATEWAYS) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> gateway.members() == 3 && up(gateway, "one") && up(gateway, "two"));
    }
  }

  private static <T extends AutoCloseable> T started(T one) {
    STARTED.add(0, one);
    return one;
  }

  private static boolean up(Gateway gateway, String node) {
    return gateway.node(node).path("health").asText().equals("up");
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : STARTED) {
      one.close();
    }
    STARTED.clear();
    GATEWAYS.clear();
    OPENAI.clear();
  }

  private static String generate(int tokens) {
    return "{\"model\":\""
        + RealOllama.MODEL
        + "\",\"prompt\":\"What is the capital of France?\",\"options\":{\"temperature\":0,"
        + "\"num_thread\":1,\"num_predict\":"
        + tokens
        + "}}";
  }

  @Test
  void each_member_streams_the_same_answer() {
    Set<String> answers =
        GATEWAYS.stream()
            .map(gateway -> Gateway.text(gateway.lines("/api/generate", generate(12))))
            .collect(Collectors.toSet());
    assertThat(answers).hasSize(1).first().asString().isNotBlank();
  }

  @Test
  void requests_at_once_are_served_by_both_nodes() {
    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 4)
            .mapToObj(i -> GATEWAYS.get(i % 3).sendAsync("POST", "/api/generate", generate(24)))
            .toList();
    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();
    assertThat(answers)
        .allSatisfy(
            answer -> {
              List<JsonNode> lines = Gateway.parseLines(answer.body());
              assertThat(lines.get(lines.size() - 1).path("done").asBoolean()).isTrue();
            });
    Stream<String> servers =
        answers.stream().map(answer -> answer.headers().firstValue("X-Served-By").orElse(""));
    assertThat(servers).contains("one", "two");
  }

  /** Of both servers. */
  private static final int SLOTS = 4;

  /** An object in an object in an object: an answer of this form has no end of its own. */
  private static final String ENDLESS =
      """
      {"model":"%s","prompt":"x","options":{"temperature":0,"num_thread":1,"num_predict":20000},
        "format":{"$ref":"#/$defs/n","$defs":{"n":
          {"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"required":["a"]}}}}
      """
          .formatted(RealOllama.MODEL);

  /**
   * Every slot of both servers is at an answer of many minutes when its client leaves. Then every
   * slot begins another one, which it could not while its server was still at the one before.
   */
  @Test
  void clients_that_leave_free_the_slots_and_the_servers_stop() throws Exception {
    Gateway gateway = GATEWAYS.get(1);
    for (int round = 0; round < 2; round++) {
      List<CompletableFuture<HttpResponse<InputStream>>> heads =
          IntStream.range(0, SLOTS).mapToObj(i -> endless(gateway)).toList();
      Awaitility.await("answers that have begun, round " + round)
          .atMost(Duration.ofSeconds(60))
          .until(() -> heads.stream().allMatch(CompletableFuture::isDone));
      List<String> servers = new ArrayList<>();
      for (CompletableFuture<HttpResponse<InputStream>> head : heads) {
        assertThat(head.join().body().read()).as("the first piece").isEqualTo('{');
        servers.add(head.join().headers().firstValue("X-Served-By").orElse(""));
      }
      assertThat(servers).containsExactlyInAnyOrder("one", "one", "two", "two");
      for (CompletableFuture<HttpResponse<InputStream>> head : heads) {
        head.join().body().close();
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> active(gateway) == 0);
    }
  }

  private static CompletableFuture<HttpResponse<InputStream>> endless(Gateway gateway) {
    return HttpClient.newHttpClient()
        .sendAsync(
            gateway.request("POST", "/api/generate", ENDLESS),
            HttpResponse.BodyHandlers.ofInputStream());
  }

  private static int active(Gateway gateway) {
    return gateway.node("one").path("active").asInt() + gateway.node("two").path("active").asInt();
  }

  @Test
  void embeddings_of_one_text_are_the_same_from_every_member() {
    String body = "{\"model\":\"" + RealOllama.MODEL + "\",\"input\":[\"a cat\",\"a dog\"]}";
    Set<String> vectors =
        GATEWAYS.stream()
            .map(gateway -> gateway.post("/api/embed", body).body())
            .map(answer -> Gateway.parse(answer).path("embeddings").toString())
            .collect(Collectors.toSet());
    assertThat(vectors).hasSize(1).first().asString().startsWith("[[").contains("],[");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama.test.mjs", "openai.test.mjs"})
  void both_clients_work_with_a_server_that_has_openai_s_api_only(String file) throws Exception {
    Gateway gateway = OPENAI.get(0);
    assertThat(gateway.node("one").path("backend").asText()).isEqualTo("openai");
    assertThat(OfficialClient.run(file, gateway, RealOllama.MODEL, "openai")).contains("# fail 0");
  }

  @Test
  void ollama_js_works_unchanged() throws Exception {
    assertThat(OfficialClient.run("ollama.test.mjs", GATEWAYS.get(2), RealOllama.MODEL))
        .contains("# fail 0");
  }

  @Test
  void openai_js_works_unchanged() throws Exception {
    assertThat(OfficialClient.run("openai.test.mjs", GATEWAYS.get(2), RealOllama.MODEL))
        .contains("# fail 0");
  }
}
