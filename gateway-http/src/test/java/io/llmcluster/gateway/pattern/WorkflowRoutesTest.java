package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Client.Answer;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beginning, reading, listing and steering workflows, over a real port and a real store. */
@Tag(TestStore.ON_MONGODB)
class WorkflowRoutesTest {

  private static final String BEGIN = "/api/patterns/ensemble";
  private static final String RUN = "/api/patterns/execution/";
  private static final String WHY = "{\"prompt\":\"why?\"}";
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

  private static String newModel() {
    return "m" + UUID.randomUUID();
  }

  private static String asking(String model) {
    return "{\"prompt\":\"why?\",\"models\":[\"" + model + "\"]}";
  }

  private static JsonNode ended(String id) {
    Answer answer = client.get(RUN + id + "?wait=60s");
    assertThat(answer.status()).isEqualTo(200);
    return answer.json();
  }

  private static String status(JsonNode view) {
    return view.path("status").asText();
  }

  private static JsonNode actual(JsonNode view) {
    return view.path("budget").path("actual");
  }

  @Test
  void a_submission_is_accepted_with_its_place_and_what_it_will_cost() {
    Answer answer = client.post(BEGIN, WHY);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Location")).isEqualTo(RUN + answer.id());
    assertThat(answer.json().path("estimate").path("modelCalls").asInt()).isEqualTo(2);
    JsonNode view = ended(answer.id());
    assertThat(status(view)).isEqualTo("completed");
    assertThat(view.path("answer").asText()).isEqualTo("ada agrees");
    assertThat(view.path("steps")).hasSize(2);
    assertThat(view.path("steps").get(0).path("tokens").asInt()).isEqualTo(5);
    assertThat(view.path("decision").path("chosen").asText()).isEqualTo("voice1");
    assertThat(actual(view).path("tokens").asInt()).isEqualTo(10);
  }

  @Test
  void a_submission_says_who_was_chosen_and_that_nothing_was_recovered() {
    JsonNode accepted = client.post(BEGIN, WHY).json();
    assertThat(accepted.path("models").toString()).isEqualTo("[\"ada\",\"bob\"]");
    assertThat(accepted.path("recovery").path("reissued").asInt(-1)).isZero();
    String id = accepted.path("id").asText();
    assertThat(ended(id).path("models").toString()).isEqualTo("[\"ada\",\"bob\"]");
    JsonNode fork = client.post(RUN + id + "/fork", "{}").json();
    assertThat(fork.path("recovery").has("tokensLost")).isTrue();
    assertThat(fork.path("models").toString()).isEqualTo("[\"ada\",\"bob\"]");
  }

  @Test
  void with_nobody_to_choose_from_a_request_may_be_sent_again_later() {
    gateway.nobodyIsThere(true);
    try {
      for (String path :
          new String[] {BEGIN, "/api/workflow/decompose/generate", "/api/agents/conversations"}) {
        Answer answer = client.post(path, WHY);
        assertThat(answer.status()).as(path).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(answer.json().path("error").asText()).contains("none is there");
      }
      assertThat(client.post(BEGIN, asking("ada")).status()).isEqualTo(202);
    } finally {
      gateway.nobodyIsThere(false);
    }
  }

  @Test
  void a_form_of_the_answer_is_refused_by_name() {
    for (String format : List.of("\"json\"", "{\"type\":\"nonsense\"}", "17")) {
      Answer answer = client.post(BEGIN, "{\"prompt\":\"why?\",\"format\":" + format + "}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("error").asText()).startsWith("format: ");
    }
    assertThat(client.post(BEGIN, "{\"prompt\":\"why?\",\"format\":null}").status()).isEqualTo(202);
  }

  @Test
  void a_gateway_without_a_store_begins_nothing() {
    Client blind = new Client(gateway.blind);
    String chat =
        "{\"model\":\"ensemble\",\"messages\":[{\"role\":\"user\",\"content\":\"why?\"}]}";
    int before = client.get("/api/patterns/executions").json().path("total").asInt();
    for (String path :
        new String[] {
          BEGIN, "/api/workflow/decompose/chat", "/api/chat", "/api/agents/conversations"
        }) {
      Answer answer = blind.post(path, path.endsWith("chat") ? chat : WHY);
      assertThat(answer.status()).as(path).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isNotEmpty();
      assertThat(answer.json().path("error").asText()).contains("MONGODB_URI");
    }
    assertThat(blind.get("/api/patterns/executions").status()).isEqualTo(503);
    assertThat(client.get("/api/patterns/executions").json().path("total").asInt())
        .isEqualTo(before);
  }

  /** A command that was carried out and answered with 503 would be sent again. */
  @Test
  void a_gateway_without_a_store_carries_out_no_command() {
    gateway.models.speakFor("ada");
    Client blind = new Client(gateway.blind);
    String path = client.post(BEGIN, WHY).header("Location");
    int before = client.get("/api/patterns/executions").json().path("total").asInt();
    for (String command : new String[] {"fork", "pause", "cancel"}) {
      Answer answer = blind.post(path + "/" + command, "{}");
      assertThat(answer.status()).as(command).isEqualTo(503);
      assertThat(answer.json().path("error").asText()).as(command).contains("MONGODB_URI");
    }
    assertThat(client.get(path).json().path("status").asText()).isEqualTo("running");
    assertThat(client.get("/api/patterns/executions").json().path("total").asInt())
        .isEqualTo(before);
    client.post(path + "/cancel", "{}");
    gateway.models.leave("ada");
  }

  @Test
  void whoever_waits_gets_the_end() {
    Answer answer = client.post(BEGIN + "?wait=60s", WHY);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("answer").asText()).isEqualTo("ada agrees");
  }

  @Test
  void a_wait_that_is_over_shows_how_it_stands() {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    Answer answer = client.post(BEGIN + "?wait=1ms", asking(model));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(status(client.get(RUN + answer.id() + "?wait=1ms").json())).isEqualTo("running");
    voice.finish();
    assertThat(status(ended(answer.id()))).isEqualTo("completed");
  }

  @Test
  void the_same_key_is_the_same_workflow_and_another_request_a_conflict() {
    String key = UUID.randomUUID().toString();
    String request = "{\"prompt\":\"why?\",\"seed\":1}";
    String reordered = "{\"seed\":1,\"prompt\":\"why?\"}";
    String other = "{\"prompt\":\"how?\"}";
    Answer first = client.post(BEGIN, request, "Idempotency-Key", key);
    Answer again = client.post(BEGIN, reordered, "Idempotency-Key", key);
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.id()).isEqualTo(first.id());
    ended(first.id());
    assertThat(client.post(BEGIN, other, "Idempotency-Key", key).status()).isEqualTo(409);
  }

  @Test
  void a_refusal_names_the_field() {
    Answer answer = client.post(BEGIN, "{\"prompt\":\"why?\",\"prefer\":\"best\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asText())
        .isEqualTo("prefer: best (expected: first or last)");
    assertThat(client.post(BEGIN, "[1]").status()).isEqualTo(400);
    assertThat(client.post(BEGIN, "{\"prompt\":").status()).isEqualTo(400);
    assertThat(client.post(BEGIN + "?wait=soon", WHY).status()).isEqualTo(400);
  }

  @Test
  void what_is_not_there_is_not_found() {
    assertThat(client.post("/api/patterns/quartet", WHY).status()).isEqualTo(404);
    assertThat(client.get(RUN + "wf-none").status()).isEqualTo(404);
    assertThat(client.get(RUN + "wf-none/events").status()).isEqualTo(404);
    assertThat(client.post(RUN + "wf-none/pause", "").status()).isEqualTo(404);
    assertThat(client.post(RUN + "wf-none/fork", "{}").status()).isEqualTo(404);
    assertThat(client.delete(RUN + "wf-none").status()).isEqualTo(404);
    assertThat(client.get(RUN + "a%20b").status()).isEqualTo(404);
  }

  @Test
  void a_request_that_is_too_large_is_413() {
    String request = "{\"prompt\":\"" + "x".repeat(5000) + "\"}";
    assertThat(client.post(BEGIN, request).status()).isEqualTo(413);
  }

  @Test
  void whoever_has_the_newest_view_is_not_sent_it_again() {
    String id = client.begin(WHY);
    ended(id);
    String tag = client.get(RUN + id).header("ETag");
    assertThat(client.get(RUN + id, "If-None-Match", tag).status()).isEqualTo(304);
    assertThat(client.get(RUN + id, "If-None-Match", "\"1\"").status()).isEqualTo(200);
  }

  @Test
  void a_definition_that_is_another_one_by_now_is_told() {
    String id = client.begin(WHY);
    JsonNode definition = ended(id).path("definition");
    assertThat(definition.path("hash").asText()).matches("[0-9a-f]{64}");
    assertThat(definition.path("changed").asBoolean(true)).isFalse();
    JsonNode later = new Client(gateway.updated).get(RUN + id).json().path("definition");
    assertThat(later.path("hash")).isEqualTo(definition.path("hash"));
    assertThat(later.path("changed").asBoolean(false)).isTrue();
  }

  @Test
  void lists_are_by_state_and_pattern_and_in_pages() {
    for (int i = 0; i < 3; i++) {
      Answer begun = client.post("/api/patterns/maestro?wait=60s", WHY);
      assertThat(status(begun.json())).isEqualTo("completed");
    }
    String maestros = "/api/patterns/executions?pattern=maestro";
    JsonNode all = client.get(maestros + "&status=completed,failed").json();
    assertThat(all.path("total").asInt()).isEqualTo(3);
    JsonNode page = client.get(maestros + "&limit=1&offset=1").json();
    assertThat(page.path("workflows")).containsExactly(all.path("workflows").get(1));
    assertThat(page.path("total").asInt()).isEqualTo(3);
    assertThat(client.get(maestros + "&status=running").json().path("total").asInt()).isZero();
    assertThat(client.get(maestros + "&status=odd").status()).isEqualTo(400);
    assertThat(client.get(maestros + "&limit=0").status()).isEqualTo(400);
  }

  @Test
  void lists_are_by_age_and_tenant_too() {
    String id = client.begin(WHY);
    ended(id);
    String list = "/api/patterns/executions?limit=1000&";
    assertThat(client.get(list + "newerThan=1h&tenant=default").json().toString()).contains(id);
    assertThat(client.get(list + "olderThan=1h").json().toString()).doesNotContain(id);
    assertThat(client.get(list + "olderThan=0s").json().toString()).contains(id);
    Await.the(
        gateway
            .workflows()
            .submit(
                "wf-theirs",
                "ensemble",
                JsonNodeFactory.instance.objectNode().put("prompt", "q"),
                "theirs"));
    JsonNode theirs = client.get(list + "tenant=theirs").json();
    assertThat(theirs.path("total").asInt()).isEqualTo(1);
    assertThat(theirs.at("/workflows/0/id").asText()).isEqualTo("wf-theirs");
    assertThat(client.get(list + "tenant=default").json().toString()).doesNotContain("wf-theirs");
    assertThat(client.get(list + "olderThan=old").json().path("error").asText())
        .startsWith("olderThan: old (expected: ");
  }

  @Test
  void two_workflows_are_compared() {
    String id = client.begin(WHY);
    ended(id);
    String fork = client.post(RUN + id + "/fork", "{\"prefer\":\"last\"}").id();
    ended(fork);
    JsonNode told = client.get(RUN + id + "/compare?with=" + fork).json();
    assertThat(told.path("a").path("answer").asText()).isEqualTo("ada agrees");
    assertThat(told.path("b").path("answer").asText()).isEqualTo("bob agrees");
    assertThat(told.path("a").path("tokens").asInt()).isEqualTo(10);
    assertThat(told.path("a").path("models").toString()).isEqualTo("[\"ada\",\"bob\"]");
    assertThat(told.path("b").path("recovery").path("reissued").asInt(-1)).isZero();
    assertThat(told.path("b").path("decision").path("chosen").asText()).isEqualTo("voice2");
    assertThat(told.path("same").path("answer").asBoolean(true)).isFalse();
    assertThat(told.path("same").path("status").asBoolean()).isTrue();
    assertThat(told.path("request").findValuesAsText("field")).containsExactly("prefer");
    assertThat(told.path("steps")).isEmpty();
    String alone = client.begin(asking("ada"));
    ended(alone);
    JsonNode steps = client.get(RUN + id + "/compare?with=" + alone).json().path("steps");
    assertThat(steps.findValuesAsText("id")).contains("voice2");
    assertThat(steps.get(0).path("b").isNull()).isTrue();
    assertThat(client.get(RUN + id + "/compare").status()).isEqualTo(400);
    assertThat(client.get(RUN + id + "/compare?with=wf-none").status()).isEqualTo(404);
  }

  @Test
  void a_paused_workflow_begins_nothing_new() {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    String id = client.begin(asking(model));
    assertThat(status(client.post(RUN + id + "/pause", "").json())).isEqualTo("paused");
    voice.say("yes").finish();
    Awaitility.await()
        .until(() -> status(client.get(RUN + id).json().path("steps").get(0)).equals("completed"));
    assertThat(status(client.get(RUN + id).json())).isEqualTo("paused");
    assertThat(client.post(RUN + id + "/pause", "").status()).isEqualTo(200);
    assertThat(client.post(RUN + id + "/resume", "").status()).isEqualTo(200);
    assertThat(ended(id).path("answer").asText()).isEqualTo("yes");
    assertThat(client.post(RUN + id + "/pause", "").status()).isEqualTo(409);
  }

  @Test
  void cancelling_stops_the_models() {
    String model = newModel();
    Models.Voice voice = gateway.models.speakFor(model);
    String id = client.begin(asking(model));
    voice.awaitAsked();
    Answer answer = client.post(RUN + id + "/cancel", "{\"reason\":\"too dear\"}");
    assertThat(status(answer.json())).isEqualTo("cancelled");
    voice.awaitOver();
    assertThat(client.get(RUN + id).json().path("error").asText()).isEqualTo("too dear");
    assertThat(client.post(RUN + id + "/cancel", "").status()).isEqualTo(200);
  }

  @Test
  void an_input_is_asked_for_and_checked() {
    String id = client.begin("{\"prompt\":\"why?\",\"approve\":true}");
    Awaitility.await().until(() -> status(client.get(RUN + id).json()).equals("waiting_input"));
    assertThat(client.get(RUN + id).json().path("input").path("id").asText()).isEqualTo("approval");
    String path = RUN + id + "/input";
    assertThat(client.post(path, "{\"input\":\"approval\",\"value\":3}").status()).isEqualTo(400);
    assertThat(client.post(path, "{\"input\":\"other\",\"value\":true}").status()).isEqualTo(404);
    assertThat(client.post(path, "{\"value\":true}").json().path("error").asText())
        .startsWith("input: missing");
    assertThat(client.post(path, "{\"input\":\"approval\",\"value\":true}").status())
        .isEqualTo(200);
    assertThat(status(ended(id))).isEqualTo("completed");
  }

  @Test
  void a_failed_step_is_made_again() {
    String id = client.begin(asking("broken"));
    assertThat(ended(id).path("error").asText()).isEqualTo("no model answered");
    assertThat(client.post(RUN + id + "/retry", "{\"step\":\"voice9\"}").status()).isEqualTo(404);
    assertThat(client.post(RUN + id + "/retry", "{\"step\":\"voice1\"}").status()).isEqualTo(200);
    JsonNode again = ended(id);
    assertThat(status(again)).isEqualTo("failed");
    assertThat(actual(again).path("modelCalls").asInt()).isEqualTo(2);
  }

  @Test
  void a_fork_decides_otherwise_without_asking_a_model_again() {
    String id = client.begin(WHY);
    ended(id);
    Answer fork = client.post(RUN + id + "/fork", "{\"prefer\":\"last\"}");
    assertThat(fork.status()).isEqualTo(202);
    assertThat(fork.header("Location")).isEqualTo(RUN + fork.id());
    JsonNode view = ended(fork.id());
    assertThat(view.path("answer").asText()).isEqualTo("bob agrees");
    assertThat(view.path("parent").path("id").asText()).isEqualTo(id);
    assertThat(actual(view).path("modelCalls").asInt()).isZero();
    assertThat(client.post(RUN + id + "/fork", "{\"at\":\"x\"}").status()).isEqualTo(400);
  }

  @Test
  void a_fork_at_an_early_event_asks_the_models_again() {
    String id = client.begin(WHY);
    ended(id);
    Answer fork = client.post(RUN + id + "/fork", "{\"at\":1}");
    assertThat(actual(ended(fork.id())).path("modelCalls").asInt()).isEqualTo(2);
  }

  @Test
  void reaggregation_decides_again_over_what_is_recorded() {
    String id = client.begin(WHY);
    assertThat(ended(id).path("answer").asText()).isEqualTo("ada agrees");
    String path = RUN + id + "/reaggregate";
    assertThat(client.post(path, "{\"prefer\":\"last\"}").status()).isEqualTo(200);
    JsonNode decision = client.get(RUN + id).json().path("decision");
    assertThat(decision.path("id").asText()).isEqualTo("reaggregation1");
    assertThat(decision.path("detail").path("answer").asText()).isEqualTo("bob agrees");
    assertThat(client.post(path, "{\"models\":[\"ada\",\"bob\",\"eve\"]}").status()).isEqualTo(409);
  }
}
