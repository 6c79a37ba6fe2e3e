package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose models can be managed beside one whose cannot, and which has fewer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MixedNodesIT {

  /** What either endpoint takes. */
  private static final String V1 =
      "{\"model\":\"demo\",\"input\":\"x\",\"max_tokens\":5,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  private final StandIn ollama = StandIn.start("ollama");
  private MemberProcess member;

  @BeforeAll
  void start() {
    member =
        MemberProcess.start(
            "nodes=[" + ollama.node(4) + ",{name:demo,host:localhost,port:1,backend:demo}]",
            "node.lookInterval=200ms");
  }

  @BeforeEach
  void reset() {
    ollama.models("m:latest", "other:latest", "demo:latest");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                gateway()
                        .node("ollama")
                        .path("models")
                        .toString()
                        .equals("[\"demo:latest\",\"m:latest\",\"other:latest\"]")
                    && gateway().node("demo").path("health").asText().equals("up"));
  }

  @AfterAll
  void stop() {
    member.close();
    ollama.close();
  }

  private Gateway gateway() {
    return member.gateway();
  }

  @Test
  void a_pull_goes_where_models_can_be_fetched() {
    HttpResponse<String> answer =
        gateway().post("/api/pull", "{\"model\":\"new\",\"stream\":false}");
    assertThat(answer.body()).isEqualTo("{\"status\":\"success\"}");
    assertThat(answer.headers().firstValue("X-Served-By")).contains("ollama");
    assertThat(ollama.models()).contains("new:latest");
  }

  @Test
  void delete_and_copy_pass_over_a_node_that_can_do_neither() {
    HttpResponse<String> copied =
        gateway().post("/api/copy", "{\"source\":\"demo\",\"destination\":\"second\"}");
    assertThat(copied.statusCode()).as(copied.body()).isEqualTo(200);
    HttpResponse<String> deleted = gateway().send("DELETE", "/api/delete", "{\"model\":\"demo\"}");
    assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(200);
    assertThat(ollama.models()).contains("second:latest").doesNotContain("demo:latest");
  }

  /** The demo has neither; its model is loaded, so that it is the one asked first. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/responses", "/v1/messages"})
  void a_node_that_lacks_an_endpoint_is_passed_over_for_one_that_has_it(String path) {
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> answer = gateway().post(path, V1);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Served-By")).contains("ollama");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/responses | {\"error\":{\"message\":\"model 'demo' is on a server without"
            + " /v1/responses\",\"type\":\"not_found_error\",\"param\":null,\"code\":null}}",
        "/v1/messages | {\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":"
            + "\"model 'demo' is on a server without /v1/messages\"}}"
      })
  void where_no_node_has_an_endpoint_its_envelope_says_so(String path, String envelope) {
    onlyTheDemoHasItsModel();
    HttpResponse<String> answer = gateway().post(path, V1);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo(envelope);
  }

  private void onlyTheDemoHasItsModel() {
    ollama.models("m:latest", "other:latest", "third:latest");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> gateway().node("ollama").path("models").toString().contains("third"));
  }

  @Test
  void where_no_node_can_its_refusal_is_the_answer() {
    onlyTheDemoHasItsModel();
    HttpResponse<String> refused = gateway().send("DELETE", "/api/delete", "{\"model\":\"demo\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("the built-in demo cannot be deleted");
  }
}
