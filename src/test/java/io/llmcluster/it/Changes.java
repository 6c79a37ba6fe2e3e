package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/**
 * What a client asks of a conversation and of workflows that are there already: asked for while the
 * store is away, and again, to the letter, when it is back.
 */
final class Changes {

  private static final String WORKFLOW = "/api/workflow/";
  private static final String EXECUTION = "/api/patterns/execution/";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * One of them.
   *
   * @param status of the answer when it is done
   * @param shown where its effect is to be seen
   * @param effect how it is seen there
   */
  private record Change(
      String method, String path, String body, int status, String shown, String effect) {

    CompletableFuture<HttpResponse<String>> ask(Gateway gateway) {
      return gateway.sendAsync(method, path, body);
    }
  }

  private final List<Change> changes;

  private Changes(List<Change> changes) {
    this.changes = changes;
  }

  /** Begins a conversation, and workflows that wait for somebody. */
  static Changes of(Gateway gateway) {
    JsonNode conversation = posted(gateway, "/api/agents/conversations", "{\"model\":\"m\"}");
    String messages = "/api/agents/conversations/" + conversation.path("id").asText() + "/messages";
    String taken = decompose(gateway, "\"mode\":\"external\"");
    assertThat(gateway.get(WORKFLOW + taken + "/next?lease=3600&owner=me").path("tasks"))
        .isNotEmpty();
    String paused = asking(gateway);
    String cancelled = asking(gateway);
    String answered = asking(gateway);
    return new Changes(
        List.of(
            new Change(
                "POST",
                messages,
                "{\"content\":\"question\",\"messageId\":\"q\"}",
                202,
                messages + "/q?wait=60s",
                "\"status\":\"answered\""),
            new Change(
                "PUT",
                WORKFLOW + taken + "/task/a",
                "{\"status\":\"SUCCEEDED\",\"output\":\"by hand\",\"owner\":\"me\"}",
                200,
                WORKFLOW + taken,
                "\"output\":\"by hand\""),
            new Change(
                "POST",
                EXECUTION + paused + "/pause",
                "",
                200,
                EXECUTION + paused,
                "\"status\":\"paused\""),
            new Change(
                "POST",
                EXECUTION + cancelled + "/cancel",
                "",
                200,
                EXECUTION + cancelled,
                "\"status\":\"cancelled\""),
            new Change(
                "POST",
                EXECUTION + answered + "/input",
                "{\"input\":\"plan\",\"value\":{\"approved\":true}}",
                200,
                EXECUTION + answered + "?wait=60s",
                "\"status\":\"completed\"")));
  }

  private static JsonNode posted(Gateway gateway, String path, String body) {
    HttpResponse<String> answer = gateway.post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
    return Gateway.parse(answer.body());
  }

  private static String decompose(Gateway gateway, String how) {
    String request = "{\"model\":\"m\",\"prompt\":\"q\"," + how + "}";
    return posted(gateway, WORKFLOW + "decompose/generate?wait=60s", request).path("id").asText();
  }

  /** A workflow whose plan waits for a person. */
  private static String asking(Gateway gateway) {
    String id = decompose(gateway, "\"approvePlan\":true");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> gateway.get(EXECUTION + id).at("/input/id").asText().equals("plan"));
    return id;
  }

  /** All at a time: each may be refused only after a while. */
  List<CompletableFuture<HttpResponse<String>>> ask(Gateway gateway) {
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    changes.forEach(change -> asked.add(change.ask(gateway)));
    return asked;
  }

  /** They can be asked for again, and have their effect. */
  void assertWork(Gateway gateway) {
    for (Change change : changes) {
      HttpResponse<String> done =
          Awaitility.await(change.path())
              .atMost(PATIENCE)
              .until(() -> change.ask(gateway).join(), answer -> answer.statusCode() != 503);
      assertThat(done.statusCode()).as(change.path() + done.body()).isEqualTo(change.status());
    }
    for (Change change : changes) {
      Awaitility.await(change.path())
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(gateway.send("GET", change.shown(), "").body())
                      .contains(change.effect()));
    }
  }
}
