package io.llmcluster.gateway.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.gateway.testkit.Client.Answer;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.OnEachErasingStore;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is erased by the API is gone: from answers, from lists and from the store. */
class ErasureTest extends OnEachErasingStore {

  private static final String CONVERSATIONS = "/api/agents/conversations";
  private static final String RUN = "/api/patterns/execution/";
  private static final String FLOW = "/api/workflow/";

  private String external() {
    String request = "{\"model\":\"planner\",\"prompt\":\"why?\",\"mode\":\"external\"}";
    return FLOW + client().post(FLOW + "decompose/generate?wait=60s", request).id();
  }

  private Answer say(String where, String message) {
    return client().post(CONVERSATIONS + "/" + where, message);
  }

  private static List<String> all(JsonNode workflows, String field) {
    return workflows.findValuesAsText(field);
  }

  private static String error(Answer answer) {
    return answer.json().path("error").asText();
  }

  @Test
  void what_is_deleted_is_gone_from_the_store_with_the_workflows_that_answered() {
    Models.Voice voice = gateway().models.speakFor("slow");
    String id = client().post(CONVERSATIONS, "{\"model\":\"slow\"}").id();
    String child =
        say(
                id + "/messages?wait=60s",
                "{\"content\":\"why?\",\"pattern\":\"ensemble\",\"patternOptions\":"
                    + "{\"models\":[\"ada\",\"bob\"]}}")
            .json()
            .path("execution")
            .asText();
    assertThat(gateway().holds("Workflow|" + child)).isTrue();
    say(id + "/messages", "{\"content\":\"and?\"}");
    voice.awaitAsked();
    assertThat(client().delete(CONVERSATIONS + "/" + id).status()).isEqualTo(200);
    voice.awaitOver();
    assertThat(gateway().holds("Conversation|" + id)).isFalse();
    assertThat(gateway().holds("Workflow|" + child)).isFalse();
    assertThat(client().get(CONVERSATIONS + "/" + id).status()).isEqualTo(404);
    assertThat(say(id + "/messages", "{\"content\":\"still there?\"}").status()).isEqualTo(404);
    assertThat(client().delete(CONVERSATIONS + "/" + id).status()).isEqualTo(404);
  }

  @Test
  void what_has_ended_can_be_erased_and_nothing_of_it_is_left() {
    Models.Voice voice = gateway().models.speakFor("slow");
    String id = client().begin("{\"prompt\":\"why?\",\"models\":[\"slow\"]}");
    assertThat(client().delete(RUN + id).status()).isEqualTo(409);
    voice.finish();
    client().get(RUN + id + "?wait=60s");
    client().get("/api/patterns/executions");
    assertThat(client().delete(RUN + id).status()).isEqualTo(200);
    assertThat(client().get(RUN + id).status()).isEqualTo(404);
    assertThat(gateway().holds("Workflow|" + id)).isFalse();
    assertThat(client().get("/api/patterns/executions?limit=1000").json().toString())
        .doesNotContain(id);
  }

  @Test
  void cleaning_up_says_what_it_would_delete_and_deletes_that_alone() {
    String kept = external();
    String flow = external();
    String id = flow.substring(FLOW.length());
    client().post(flow + "/cancel", "");
    String young = "{\"olderThan\":\"1h\",\"states\":[\"cancelled\"]}";
    assertThat(client().post(FLOW + "cleanup", young).json().path("deleted")).isEmpty();
    String dry = "{\"olderThan\":\"0s\",\"states\":[\"cancelled\"],\"dryRun\":true}";
    JsonNode would = awaitListed(dry, id);
    assertThat(all(would.path("wouldDelete"), "status")).containsOnly("cancelled");
    assertThat(client().get(flow).status()).isEqualTo(200);
    Answer cleaned = client().post(FLOW + "cleanup", dry.replace("true", "false"));
    assertThat(all(cleaned.json().path("deleted"), "id")).contains(id);
    assertThat(client().get(flow).status()).isEqualTo(404);
    assertThat(gateway().holds("Workflow|" + id)).isFalse();
    assertThat(client().get(kept).status()).isEqualTo(200);
  }

  private JsonNode awaitListed(String dry, String id) {
    return Awaitility.await()
        .until(
            () -> client().post(FLOW + "cleanup", dry).json(),
            answer -> all(answer.path("wouldDelete"), "id").contains(id));
  }

  @Test
  void a_cleanup_tells_what_it_failed_to_delete_and_goes_on() {
    String stuck = client().begin("{\"prompt\":\"why?\"}");
    String other = client().begin("{\"prompt\":\"why?\"}");
    for (String id : List.of(stuck, other)) {
      client().get("/api/patterns/execution/" + id + "?wait=60s");
    }
    gateway().unerasable.add(stuck);
    JsonNode told =
        client().post(FLOW + "cleanup", "{\"olderThan\":\"0s\",\"pattern\":\"ensemble\"}").json();
    gateway().unerasable.clear();
    assertThat(told.path("failed")).hasSize(1);
    assertThat(told.path("failed").get(0).path("id").asText()).isEqualTo(stuck);
    assertThat(told.path("failed").get(0).path("reason").asText())
        .startsWith("internal error, see the log for request ");
    assertThat(told.path("notTried").asInt(-1)).isZero();
    assertThat(told.path("deleted").findValuesAsText("id")).contains(other).doesNotContain(stuck);
    assertThat(gateway().holds("Workflow|" + stuck)).isTrue();
    assertThat(gateway().holds("Workflow|" + other)).isFalse();
  }

  @Test
  void a_cleanup_that_gives_up_tells_how_many_it_has_not_tried() {
    for (int i = 0; i < 7; i++) {
      String id = client().post("/api/patterns/duo?wait=60s", "{\"prompt\":\"why?\"}").id();
      gateway().unerasable.add(id);
    }
    String all = "{\"olderThan\":\"0s\",\"pattern\":\"duo\",\"dryRun\":true}";
    JsonNode would =
        Awaitility.await()
            .until(
                () -> client().post(FLOW + "cleanup", all).json(),
                answer -> answer.path("matching").asInt() == 7);
    assertThat(would.has("notTried")).isFalse();
    JsonNode told = client().post(FLOW + "cleanup", all.replace("true", "false")).json();
    gateway().unerasable.clear();
    assertThat(told.path("deleted")).isEmpty();
    assertThat(told.path("failed")).hasSize(5);
    assertThat(told.path("notTried").asInt()).isEqualTo(2);
  }

  @Test
  void a_cleanup_without_an_age_or_of_what_runs_is_refused() {
    assertThat(error(client().post(FLOW + "cleanup", "{}"))).startsWith("olderThan: missing");
    assertThat(error(client().post(FLOW + "cleanup", "{\"olderThan\":\"old\"}")))
        .startsWith("olderThan: old");
    assertThat(
            error(
                client().post(FLOW + "cleanup", "{\"olderThan\":\"1d\",\"states\":[\"running\"]}")))
        .isEqualTo("states: running (expected: some of completed, failed, cancelled)");
  }
}
