package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.Measured;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.RawClient;
import io.llmcluster.testkit.StandIn;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that leave, dawdle, send too much or nothing at all. Two members; the node is the other
 * one's half of the time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsIT {

  private static final String GENERATE = "{\"model\":\"m\",\"prompt\":\"x\"}";

  private final StandIn backend = StandIn.start("backend");
  private final List<MemberProcess> members = new ArrayList<>();

  @BeforeAll
  void start() {
    String nodes = "nodes=[" + backend.node(2) + "]";
    members.add(MemberProcess.start(nodes, "server.maxBodySize=1M", "server.queueSize=20"));
    members.add(
        MemberProcess.start(
            members.get(0).joins(), nodes, "server.maxBodySize=1M", "server.queueSize=20"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                members.stream()
                    .allMatch(
                        member ->
                            member.gateway().node("backend").path("health").asText().equals("up")
                                && member.gateway().members() == 2));
  }

  @BeforeEach
  void reset() {
    backend.answers(5, Duration.ofMillis(1));
    awaitIdle();
  }

  @AfterAll
  void stop() {
    members.forEach(MemberProcess::close);
    backend.close();
  }

  private void awaitIdle() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                backend.running.get() == 0
                    && members.stream()
                        .allMatch(
                            member -> {
                              JsonNode node = member.gateway().node("backend");
                              return node.path("active").asInt() == 0
                                  && node.path("waiting").asInt() == 0;
                            }));
  }

  private RawClient raw(int member) throws IOException {
    return new RawClient(members.get(member).gateway().port());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_client_that_leaves_a_stream_frees_the_slot(int member) throws Exception {
    backend.answers(1_000, Duration.ofMillis(50));
    int leftBefore = backend.left.get();
    try (RawClient client = raw(member)) {
      client.post("/api/generate", GENERATE);
      assertThat(client.readUntil("backend-0")).contains("200 OK");
    }
    Measured.await(
        "slot freed after a client left its stream",
        1000,
        () -> backend.left.get() == leftBefore + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_client_that_leaves_before_the_first_byte_frees_the_slot(int member) throws Exception {
    backend.answers(100, Duration.ofMillis(30));
    int before = backend.received.get();
    try (RawClient client = raw(member)) {
      client.post("/api/generate", GENERATE.replace("}", ",\"stream\":false}"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> backend.received.get() == before + 1);
    }
    Measured.await(
        "slot freed after a client left before the first byte",
        1000,
        () -> members.get(member).gateway().node("backend").path("active").asInt() == 0);
    assertThat(backend.running.get()).as("would still run if nobody had left").isEqualTo(1);
  }

  @Test
  void a_client_that_leaves_the_queue_is_never_sent_to_a_node() throws Exception {
    backend.answers(40, Duration.ofMillis(50));
    List<CompletableFuture<HttpResponse<String>>> running =
        IntStream.range(0, 2)
            .mapToObj(i -> members.get(0).gateway().sendAsync("POST", "/api/generate", GENERATE))
            .toList();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> backend.running.get() == 2);
    int received = backend.received.get();
    try (RawClient queued = raw(0)) {
      queued.post("/api/generate", GENERATE);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> queueOf(0).path("waiting").asInt() == 1);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> queueOf(0).path("waiting").asInt() == 0);
    running.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(backend.received.get()).isEqualTo(received);
  }

  private JsonNode queueOf(int member) {
    return members.get(member).gateway().get("/api/cluster/status").path("queue");
  }

  @Test
  void what_waits_is_served_in_turn_and_the_node_never_runs_more_than_its_slots() {
    backend.answers(4, Duration.ofMillis(20));
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                i -> members.get(i % 2).gateway().sendAsync("POST", "/api/generate", GENERATE))
            .toList();
    int peak = 0;
    while (!answers.stream().allMatch(CompletableFuture::isDone)) {
      peak = Math.max(peak, backend.running.get());
    }
    assertThat(peak).isEqualTo(2);
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(Gateway.text(Gateway.parseLines(answer.join().body())))
                    .isEqualTo(backend.text()));
  }

  @Test
  void beyond_the_queue_it_is_503_with_retry_after() {
    backend.answers(40, Duration.ofMillis(50));
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 30)
            .mapToObj(i -> members.get(0).gateway().sendAsync("POST", "/api/generate", GENERATE))
            .toList();
    CompletableFuture.anyOf(
            answers.stream()
                .map(answer -> answer.thenAccept(a -> assertThat(a.statusCode()).isEqualTo(503)))
                .toArray(CompletableFuture<?>[]::new))
        .join();
    backend.answers(1, Duration.ZERO);
    List<HttpResponse<String>> refused =
        answers.stream()
            .map(CompletableFuture::join)
            .filter(answer -> answer.statusCode() == 503)
            .toList();
    assertThat(refused).hasSize(8);
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.headers().firstValue("Retry-After")).isPresent();
              assertThat(answer.body())
                  .isEqualTo(
                      "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}");
            });
  }

  @Test
  void a_slow_reader_slows_the_backend_and_no_other_stream() throws Exception {
    int pieces = 4_000_000; // some 400 MB: far more than sockets hold
    backend.answers(pieces, Duration.ZERO);
    int before = backend.sent.get();
    try (RawClient slow = raw(0)) {
      slow.post("/api/generate", GENERATE);
      slow.readUntil("backend-0");
      backend.awaitStandstill();
      assertThat(backend.running.get()).isEqualTo(1);
      assertThat(backend.sent.get() - before).isBetween(1, pieces / 4);
      backend.answers(5, Duration.ofMillis(1));
      for (int i = 0; i < 20; i++) {
        assertThat(members.get(0).gateway().post("/api/generate", GENERATE).statusCode())
            .isEqualTo(200);
      }
      int standing = backend.sent.get();
      slow.readUntil("backend-" + (standing - before)); // and goes on when it is read again
      assertThat(backend.sent.get()).isGreaterThan(standing);
    }
  }

  @Test
  void too_large_a_body_is_413_whether_its_length_is_said_or_not() throws Exception {
    String large = "{\"model\":\"m\",\"prompt\":\"" + "x".repeat(1_100_000) + "\"}";
    HttpResponse<String> answer = members.get(0).gateway().post("/api/generate", large);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(Gateway.parse(answer.body()).path("error").asText()).contains("too large");
    try (RawClient chunked = raw(0)) {
      chunked.postChunked("/api/generate", large);
      assertThat(chunked.readUntil("too large")).contains("413");
    }
  }

  /** The client has sent no more than the beginning when it is answered. */
  @Test
  void a_body_that_says_it_is_too_large_is_refused_before_it_is_read() throws Exception {
    try (RawClient client = raw(0)) {
      client.send(
          "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n{");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ").contains("too large");
    }
  }

  @Test
  void a_chunked_body_is_read_to_its_end() throws Exception {
    String body =
        "{\"model\":\"m\",\"stream\":false,\"prompt\":\"" + "x".repeat(300_000) + "-the end\"}";
    try (RawClient client = raw(1)) {
      client.postChunked("/api/generate", body);
      assertThat(client.readUntil("\"done\":true")).contains("200 OK");
    }
    assertThat(backend.bodies).contains(body);
  }

  @Test
  void a_client_that_expects_100_continue_gets_it_before_its_body_and_then_its_answer()
      throws Exception {
    try (RawClient client = raw(0)) {
      client.send(
          "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
              + GENERATE.length()
              + "\r\n\r\n");
      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
      client.send(GENERATE);
      assertThat(client.readUntil("\"done\":true")).contains("200 OK");
    }
  }

  /** As a plain {@code curl -d} sends it. */
  @Test
  void a_body_is_json_whatever_its_content_type_says() throws Exception {
    for (String type : List.of("application/x-www-form-urlencoded", "text/plain", "nonsense")) {
      try (RawClient client = raw(0)) {
        client.send(
            "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                + type
                + "\r\nContent-Length: "
                + GENERATE.length()
                + "\r\n\r\n"
                + GENERATE);
        assertThat(client.readUntil("\"done\":true")).as(type).contains("200 OK");
      }
    }
  }

  @Test
  void a_name_that_a_foreign_page_may_have_bound_to_this_machine_is_refused() throws Exception {
    try (RawClient client = raw(0)) {
      client.send(
          "GET /api/tags HTTP/1.1\r\nHost: evil.example.com:3001\r\nOrigin: http://evil.example.com:3001\r\nConnection: close\r\n\r\n");
      assertThat(client.readToEnd())
          .contains("403 Forbidden")
          .contains("Content-Length: 0")
          .doesNotContain("Access-Control-Allow-Origin");
    }
  }

  @Test
  void headers_too_long_are_431_and_nobody_else_notices() throws Exception {
    try (RawClient client = raw(0)) {
      client.send(
          "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "y".repeat(100_000) + "\r\n\r\n");
      String answer = client.readUntil("}");
      assertThat(answer).startsWith("HTTP/1.1 431 ").contains("{\"error\":\"");
      awaitLogged(answer, " illegal request 431: ").doesNotContain("yyy");
    }
    assertThat(members.get(0).gateway().send("GET", "/", "").statusCode()).isEqualTo(200);
  }

  @Test
  void a_method_that_nobody_knows_is_405_and_is_logged() throws Exception {
    try (RawClient client = raw(0)) {
      client.send("PROPFIND /api/tags HTTP/1.1\r\nHost: localhost\r\nX-Own: se-cret\r\n\r\n");
      String answer = client.readToEnd();
      assertThat(answer)
          .startsWith("HTTP/1.1 405 ")
          .contains("\r\nAllow: DELETE, GET, HEAD, OPTIONS, POST, PUT\r\n")
          .contains("\r\nContent-Type: text/plain; charset=UTF-8\r\n")
          .endsWith("\r\n\r\n405 method not allowed");
      awaitLogged(answer, " illegal request 405: ").contains("PROPFIND").doesNotContain("se-cret");
    }
  }

  @Test
  void what_is_no_request_is_400_in_the_envelope_and_is_logged() throws Exception {
    for (String request :
        List.of(
            "GET /|{}\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX (y): se-cret\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: se-cret\r\n\r\n")) {
      try (RawClient client = raw(0)) {
        client.send(request);
        String answer = client.readToEnd();
        assertThat(answer)
            .as(request)
            .startsWith("HTTP/1.1 400 ")
            .contains("\r\nContent-Type: application/json; charset=utf-8\r\n")
            .contains("\r\n\r\n{\"error\":\"");
        awaitLogged(answer, " illegal request 400: ").doesNotContain("se-cret");
      }
    }
  }

  /** The one line of the first member's log that has the id of the answer. */
  private AbstractStringAssert<?> awaitLogged(String answer, String words) {
    Matcher id = Pattern.compile("\r\nX-Request-Id: (req-\\w+)\r\n").matcher(answer);
    assertThat(id.find()).as(answer).isTrue();
    Supplier<List<String>> logged =
        () -> members.get(0).output().lines().filter(line -> line.contains(id.group(1))).toList();
    Awaitility.await().untilAsserted(() -> assertThat(logged.get()).hasSize(1));
    return assertThat(logged.get().get(0)).contains(words);
  }

  @Test
  void a_request_that_closes_its_connection_is_answered() throws Exception {
    try (RawClient client = raw(1)) {
      client.send(
          "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
              + GENERATE.length()
              + "\r\n\r\n"
              + GENERATE);
      assertThat(client.readToEnd()).contains("200 OK").contains("\"done\":true");
    }
    try (RawClient old = raw(0)) {
      old.send(
          "POST /api/generate HTTP/1.0\r\nHost: localhost\r\nContent-Length: "
              + GENERATE.length()
              + "\r\n\r\n"
              + GENERATE);
      assertThat(old.readToEnd()).contains("200 OK").contains("\"done\":true");
    }
  }

  @Test
  void pipelined_requests_are_answered_in_order() throws Exception {
    try (RawClient client = raw(0)) {
      client.send(
          "GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      String both = client.readToEnd();
      assertThat(both.indexOf("0.17.4")).isPositive();
      assertThat(both.indexOf("Ollama is running")).isGreaterThan(both.indexOf("0.17.4"));
    }
  }

  @Test
  void ten_thousand_idle_connections_on_one_member_hinder_nobody() throws Exception {
    List<RawClient> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        idle.add(raw(0));
      }
      HttpResponse<String> answer = members.get(0).gateway().post("/api/generate", GENERATE);
      assertThat(answer.statusCode()).isEqualTo(200);
      try (RawClient last = idle.remove(idle.size() - 1)) {
        last.post("/api/generate", GENERATE);
        assertThat(last.readUntil("\"done\":true")).contains("200 OK");
      }
    } finally {
      for (RawClient client : idle) {
        client.close();
      }
    }
  }
}
