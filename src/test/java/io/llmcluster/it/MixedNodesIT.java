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

/** A server whose models can be managed beside one whose cannot, and which has fewer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MixedNodesIT {

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

  @Test
  void where_no_node_can_its_refusal_is_the_answer() {
    ollama.models("m:latest", "other:latest", "third:latest");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> gateway().node("ollama").path("models").toString().contains("third"));
    HttpResponse<String> refused = gateway().send("DELETE", "/api/delete", "{\"model\":\"demo\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("the built-in demo cannot be deleted");
  }
}
