package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Fault;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.TcpLink;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Backends that go wrong, one way after another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

  private static final String STREAM = "{\"model\":\"m\",\"prompt\":\"x\"}";
  private static final String WHOLE = "{\"model\":\"m\",\"prompt\":\"x\",\"stream\":false}";

  /**
   * A connection that is reset takes with it what was not read yet; the first pieces shall have
   * been.
   */
  private static final Duration BEFORE_THE_BREAK = Duration.ofMillis(50);

  private final StandIn bad = StandIn.start("bad").models("m:latest", "alone:latest");
  private final StandIn good = StandIn.start("good");
  private final StandIn far = StandIn.start("far").models("far:latest");
  private TcpLink link;
  private MemberProcess member;

  @BeforeAll
  void start() throws IOException {
    link = new TcpLink("127.0.0.1", far.port());
    String behind = "{name:far,host:\"127.0.0.1\",port:" + link.port() + ",concurrency:4}";
    member =
        MemberProcess.start(
            "nodes=[" + bad.node(4) + "," + good.node(4) + "," + behind + "]",
            "node.lookInterval=200ms",
            "node.stallTimeout=1s",
            "node.firstByteTimeout=2s");
  }

  @AfterAll
  void stop() {
    member.close();
    bad.close();
    good.close();
    link.close();
    far.close();
  }

  /** What went wrong is forgotten before the next test. */
  @AfterEach
  void recover() {
    bad.fail(Fault.NONE, 0);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                gateway().node("bad").path("health").asText().equals("up")
                    && gateway().node("bad").path("failureRate").asDouble() < 0.01
                    && gateway().node("bad").path("active").asInt() == 0);
  }

  private Gateway gateway() {
    return member.gateway();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HTML", "ERROR_500", "BUSY_503", "NOT_FOUND", "EMPTY", "HANG", "LYING_LENGTH"})
  void before_the_first_byte_another_node_answers(Fault fault) {
    bad.fail(fault, 1_000);
    for (int i = 0; i < 4; i++) {
      HttpResponse<String> answer = gateway().post("/api/generate", i % 2 == 0 ? STREAM : WHOLE);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Served-By")).contains("good");
      assertThat(Gateway.text(Gateway.parseLines(answer.body()))).isEqualTo(good.text());
    }
  }

  @Test
  void a_connection_that_is_reset_before_the_first_byte_is_made_up_for_by_another_node() {
    String request = STREAM.replace("\"m\"", "\"far\"");
    awaitThat("far", "models", "far:latest");
    assertThat(gateway().post("/api/generate", request).headers().firstValue("X-Served-By"))
        .contains("far");
    awaitThat("far", "loaded", "far:latest"); // so it is the first choice from now on
    good.models("m:latest", "far:latest");
    awaitThat("good", "models", "far:latest");
    link.resetAt("POST /api/generate ");
    HttpResponse<String> answer = gateway().post("/api/generate", request);
    assertThat(link.resets).as("it was tried there").hasPositiveValue();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Served-By")).contains("good");
    assertThat(Gateway.text(Gateway.parseLines(answer.body()))).isEqualTo(good.text());
  }

  private void awaitThat(String node, String list, String model) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> gateway().node(node).path(list).toString().contains(model));
  }

  @ParameterizedTest
  @CsvSource({
    "HTML, 502",
    "ERROR_500, 500",
    "BUSY_503, 503",
    "NOT_FOUND, 404",
    "EMPTY, 502",
    "HANG, 502",
    "LYING_LENGTH, 502"
  })
  void without_another_node_it_is_an_ordinary_error(Fault fault, int status) {
    bad.fail(fault, 1_000);
    for (String body : List.of(STREAM, WHOLE)) {
      HttpResponse<String> answer =
          gateway().post("/api/generate", body.replace("\"m\"", "\"alone\""));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(Gateway.parse(answer.body()).path("error").asText()).isNotBlank();
      assertThat(answer.body()).doesNotContain("<html>").doesNotContain("Exception");
      assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
      assertLoggedOnce(answer);
    }
  }

  private void assertLoggedOnce(HttpResponse<String> answer) {
    String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
    Awaitility.await("a line with " + id).until(() -> !linesWith(id).isEmpty());
    assertThat(linesWith(id)).hasSize(1);
    assertThat(member.output()).doesNotContain("\tat ");
  }

  /** The gateway's; a node that failed has one of its own, here or on another member. */
  private List<String> linesWith(String id) {
    return member
        .output()
        .lines()
        .filter(line -> line.contains(id + " ") && !line.contains(" CallLog - "))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nowhere, '', 404",
    "GET, /api/chat, '', 405",
    "POST, /api/chat, '{', 400",
    "POST, /api/chat, '{\"model\":\"nope\",\"messages\":[{}]}', 404",
    "POST, /api/show, '{\"model\":\"nope\"}', 404"
  })
  void a_refusal_is_one_line_of_the_log(String method, String path, String body, int status) {
    HttpResponse<String> answer = gateway().send(method, path, body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertLoggedOnce(answer);
    assertThat(linesWith(answer.headers().firstValue("X-Request-Id").orElseThrow()).get(0))
        .contains("INFO")
        .contains(method + " " + path + " " + status);
  }

  @ParameterizedTest
  @CsvSource({
    "HTML, 502",
    "ERROR_500, 500",
    "BUSY_503, 503",
    "NOT_FOUND, 404",
    "HANG, 502",
    "LYING_LENGTH, 502"
  })
  void looking_after_models_it_is_an_ordinary_error_too(Fault fault, int status) {
    List<HttpResponse<String>> answers = new ArrayList<>();
    bad.fail(fault, 1_000);
    answers.add(gateway().post("/api/show", "{\"model\":\"alone\"}"));
    answers.add(gateway().post("/api/copy", "{\"source\":\"alone\",\"destination\":\"x\"}"));
    answers.add(gateway().send("DELETE", "/api/delete", "{\"model\":\"alone\"}"));
    for (HttpResponse<String> answer : answers) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(Gateway.parse(answer.body()).path("error").asText()).isNotBlank();
      assertThat(answer.headers().firstValue("X-Served-By")).contains("bad");
      assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
      if (status == 502) {
        assertThat(answer.body()).contains("node bad");
      }
      assertLoggedOnce(answer);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HTML", "ERROR_500", "BUSY_503", "NOT_FOUND", "HANG", "LYING_LENGTH"})
  void what_one_node_cannot_show_another_does(Fault fault) {
    bad.fail(fault, 1_000);
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = gateway().post("/api/show", "{\"model\":\"m\"}");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Served-By")).contains("good");
    }
  }

  @Test
  void a_model_that_could_not_be_unloaded_is_not_said_to_be() {
    load();
    bad.fail(Fault.ERROR_500, 1_000);
    HttpResponse<String> answer =
        gateway().post("/api/generate", "{\"model\":\"alone\",\"keep_alive\":0}");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("unload");
    assertThat(answer.headers().firstValue("X-Served-By")).contains("bad");
  }

  private void load() {
    assertThat(gateway().post("/api/generate", "{\"model\":\"alone\"}").statusCode())
        .isEqualTo(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> gateway().node("bad").path("loaded").toString().contains("alone"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HANG_MIDWAY", "BREAK_IN_A_LINE", "END_WITHOUT_DONE"})
  void in_mid_answer_it_is_an_error_line_and_never_done(Fault fault) {
    bad.answers(5, BEFORE_THE_BREAK);
    bad.fail(fault, 1);
    HttpResponse<String> answer =
        gateway().post("/api/generate", STREAM.replace("\"m\"", "\"alone\""));
    assertThat(answer.statusCode()).isEqualTo(200);
    List<JsonNode> lines = Gateway.parseLines(answer.body());
    assertThat(lines).hasSize(4);
    assertThat(lines.get(3).path("error").asText()).isNotBlank();
    assertThat(lines).noneMatch(line -> line.path("done").asBoolean());
    assertThat(Gateway.text(lines)).isEqualTo(bad.piece(0) + bad.piece(1) + bad.piece(2));
  }

  @Test
  void in_a_mid_stream_of_events_it_is_an_error_event_without_done() {
    bad.answers(5, BEFORE_THE_BREAK);
    bad.fail(Fault.BREAK_IN_A_LINE, 1);
    String body =
        gateway()
            .post(
                "/v1/chat/completions",
                "{\"model\":\"alone\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
            .body();
    assertThat(body).contains("data: {\"error\":{\"message\":").doesNotContain("[DONE]");
    assertThat(body).endsWith("\"type\":\"api_error\",\"param\":null,\"code\":null}}\n\n");
  }

  @Test
  void unstreamed_the_same_failure_is_an_error_status() {
    bad.fail(Fault.BREAK_IN_A_LINE, 1);
    HttpResponse<String> answer =
        gateway().post("/api/generate", WHOLE.replace("\"m\"", "\"alone\""));
    assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
    assertThat(Gateway.parse(answer.body()).has("error")).isTrue();
  }

  @Test
  void a_node_that_fails_fast_attracts_no_traffic() {
    bad.fail(Fault.ERROR_500, 1_000);
    int before = bad.received.get();
    for (int i = 0; i < 40; i++) {
      assertThat(gateway().post("/api/generate", WHOLE).statusCode()).isEqualTo(200);
    }
    assertThat(bad.received.get() - before).isLessThan(15);
  }
}
