package io.llmcluster.gateway.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Client.Answer;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are divided into tasks, and clients that do them, over a real port and store. */
@Tag(TestStore.ON_MONGODB)
class TaskRoutesTest {

  private static final String FLOW = "/api/workflow/";
  private static final String CHAT = FLOW + "decompose/chat?wait=60s";
  private static final String GENERATE = FLOW + "decompose/generate?wait=60s";
  private static final String WHY =
      "\"model\":\"planner\",\"messages\":[{\"role\":\"user\",\"content\":\"why?\"}]";
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

  private static String external(String more) {
    Answer answer = client.post(CHAT, "{" + WHY + ",\"mode\":\"external\"" + more + "}");
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
    return FLOW + answer.id();
  }

  private static Answer put(String flow, String task, String body) {
    return client.put(flow + "/task/" + task, body);
  }

  private static Answer done(String flow, String task, String output) {
    return put(flow, task, "{\"status\":\"SUCCEEDED\",\"output\":\"" + output + "\"}");
  }

  private static List<String> all(JsonNode tasks, String field) {
    return StreamSupport.stream(tasks.spliterator(), false)
        .map(task -> task.path(field).asText())
        .toList();
  }

  private static List<String> statuses(String flow) {
    return all(client.get(flow).json().path("tasks"), "status");
  }

  private static List<String> next(String flow, String query) {
    return all(client.get(flow + "/next" + query).json().path("tasks"), "id");
  }

  private static String error(Answer answer) {
    return answer.json().path("error").asText();
  }

  @Test
  void a_chat_is_accepted_with_its_place_and_its_plan() {
    Answer answer = client.post(CHAT, "{" + WHY + ",\"mode\":\"external\"}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Location")).isEqualTo(FLOW + answer.id());
    assertThat(all(answer.json().path("tasks"), "id")).containsExactly("a", "b", "c");
    assertThat(answer.json().path("estimate").path("modelCalls").asInt()).isPositive();
    JsonNode view = client.get(FLOW + answer.id()).json();
    assertThat(all(view.path("tasks"), "status")).containsExactly("READY", "READY", "PENDING");
    assertThat(view.at("/tasks/2/instruction").asText()).isEqualTo("do c");
    assertThat(view.at("/dag/edges").toString())
        .isEqualTo("[{\"from\":\"a\",\"to\":\"c\"},{\"from\":\"b\",\"to\":\"c\"}]");
    assertThat(view.at("/budget/actual/modelCalls").asInt()).isEqualTo(1);
    assertThat(view.has("steps")).isFalse();
  }

  @Test
  void the_cluster_does_the_tasks_of_a_generate() {
    Answer answer = client.post(GENERATE, "{\"model\":\"planner\",\"prompt\":\"why?\"}");
    Answer result = client.get(FLOW + answer.id() + "/result?wait=60s");
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.json().path("answer").asText()).isEqualTo("planner agrees");
    assertThat(all(result.json().path("tasks"), "status")).containsOnly("SUCCEEDED");
    assertThat(error(done(FLOW + answer.id(), "a", "mine")))
        .isEqualTo("status: the cluster does this task itself (expected: mode external)");
    assertThat(client.get(FLOW + answer.id() + "/next?lease=5").status()).isEqualTo(409);
  }

  @Test
  void the_same_key_is_the_same_workflow_and_another_request_a_conflict() {
    String key = UUID.randomUUID().toString();
    String body = "{" + WHY + ",\"mode\":\"external\"}";
    Answer first = client.post(CHAT, body, "Idempotency-Key", key);
    Answer again = client.post(CHAT, body, "Idempotency-Key", key);
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(client.post(CHAT, "{" + WHY + "}", "Idempotency-Key", key).status()).isEqualTo(409);
  }

  @Test
  void a_refusal_names_the_field() {
    assertThat(error(client.post(CHAT, "{\"prompt\":\"q\"}")))
        .isEqualTo("messages: missing (expected: a list of messages)");
    assertThat(error(client.post(GENERATE, "{\"model\":\"m\"}")))
        .isEqualTo("prompt: missing (expected: a text)");
    assertThat(error(client.post(CHAT, "{" + WHY + ",\"format\":\"json\"}"))).startsWith("format");
    assertThat(error(client.post(CHAT, "{" + WHY + ",\"mode\":\"odd\"}")))
        .isEqualTo("mode: odd (expected: one of auto, external)");
    assertThat(error(client.post(CHAT, "{" + WHY + ",\"images\":[\"aGk=\"]}")))
        .startsWith("images");
  }

  @Test
  void a_message_of_two_megabytes_is_too_large() {
    String text = "x".repeat(2_000_000);
    assertThat(client.post(GENERATE, "{\"prompt\":\"" + text + "\"}").status()).isEqualTo(413);
    String flow = external("");
    assertThat(done(flow, "a", text).status()).isEqualTo(413);
    assertThat(statuses(flow)).containsExactly("READY", "READY", "PENDING");
  }

  @Test
  void what_is_not_there_is_not_found() {
    String ensemble = client.begin("{\"prompt\":\"why?\"}");
    assertThat(error(client.get(FLOW + ensemble))).contains("has no tasks");
    String flow = external("");
    for (Answer answer :
        List.of(
            client.get(FLOW + "wf-none"),
            client.get(FLOW + "wf-none/next"),
            client.get(FLOW + "wf-none/result"),
            client.post(FLOW + "wf-none/pause", ""),
            client.put(FLOW + "wf-none/task/a", "{\"status\":\"RUNNING\"}"),
            client.get(flow + "/odd"),
            client.post(flow + "/odd", ""),
            client.post(flow + "/task/a/odd", ""),
            put(flow, "z", "{\"status\":\"RUNNING\"}"))) {
      assertThat(answer.status()).as(answer.json().toString()).isEqualTo(404);
    }
  }

  @Test
  void whoever_has_the_newest_view_waits_for_another() {
    String flow = external("");
    Answer first = client.get(flow);
    String tag = first.header("ETag");
    assertThat(tag).matches("\"[0-9]+\"");
    assertThat(client.get(flow, "If-None-Match", tag).status()).isEqualTo(304);
    assertThat(client.get(flow + "?wait=1ms", "If-None-Match", tag).status()).isEqualTo(304);
    CompletableFuture<Answer> poll =
        CompletableFuture.supplyAsync(() -> client.get(flow + "?wait=60s", "If-None-Match", tag));
    done(flow, "a", "one");
    Answer changed = poll.join();
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.header("ETag")).isNotEqualTo(tag);
    assertThat(changed.json().at("/tasks/0/status").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  void tasks_are_given_with_the_results_that_they_need() {
    String flow = external("");
    assertThat(next(flow, "")).containsExactly("a", "b");
    assertThat(next(flow, "?limit=1")).containsExactly("a");
    done(flow, "a", "one");
    done(flow, "b", "two");
    JsonNode task = client.get(flow + "/next").json().at("/tasks/0");
    assertThat(task.path("id").asText()).isEqualTo("c");
    assertThat(task.path("instruction").asText()).isEqualTo("do c");
    assertThat(all(task.path("inputs"), "task")).containsExactly("a", "b");
    assertThat(all(task.path("inputs"), "output")).containsExactly("one", "two");
    assertThat(client.get(flow + "/result").status()).isEqualTo(202);
    assertThat(client.get(flow + "/result").json().at("/tasks/1/output").asText()).isEqualTo("two");
    done(flow, "c", "three");
    Answer result = client.get(flow + "/result?wait=60s");
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.json().path("answer").asText()).isEqualTo("three");
  }

  @Test
  void a_task_that_is_taken_is_not_given_to_another_until_its_lease_ends() {
    String flow = external("");
    JsonNode taken = client.get(flow + "/next?lease=600&limit=1&owner=me").json().at("/tasks/0");
    assertThat(taken.path("status").asText()).isEqualTo("RUNNING");
    assertThat(taken.path("owner").asText()).isEqualTo("me");
    assertThat(taken.path("leaseUntil").asText()).isNotEmpty();
    assertThat(next(flow, "?lease=600&owner=you")).containsExactly("b");
    assertThat(next(flow, "?lease=600&owner=you")).isEmpty();
    Answer other = put(flow, "a", "{\"status\":\"SUCCEEDED\",\"output\":\"x\",\"owner\":\"you\"}");
    assertThat(other.status()).isEqualTo(409);
    assertThat(error(other)).isEqualTo("task 'a' is taken by another");
    assertThat(put(flow, "a", "{\"status\":\"READY\",\"owner\":\"me\"}").status()).isEqualTo(200);
    assertThat(next(flow, "")).containsExactly("a");
  }

  @Test
  void a_lease_that_ends_opens_the_task_again_and_is_news() {
    String flow = external("");
    assertThat(next(flow, "?lease=1&owner=me")).containsExactly("a", "b");
    String tag = client.get(flow).header("ETag");
    Answer opened = client.get(flow + "?wait=60s", "If-None-Match", tag);
    Awaitility.await().until(() -> statuses(flow).subList(0, 2).equals(List.of("READY", "READY")));
    assertThat(opened.status()).isEqualTo(200);
    assertThat(next(flow, "?lease=600&owner=you")).containsExactly("a", "b");
  }

  @Test
  void an_update_counts_once_and_an_illegal_one_is_a_conflict() {
    String flow = external("");
    assertThat(error(done(flow, "c", "early"))).startsWith("task 'c' is PENDING");
    Answer first = done(flow, "a", "one");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.json().at("/task/status").asText()).isEqualTo("SUCCEEDED");
    Answer again = done(flow, "a", "one");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json()).isEqualTo(first.json());
    for (String body :
        List.of(
            "{\"status\":\"SUCCEEDED\",\"output\":\"other\"}",
            "{\"status\":\"FAILED\",\"reason\":\"no\"}",
            "{\"status\":\"RUNNING\"}",
            "{\"status\":\"READY\"}",
            "{\"status\":\"SKIPPED\"}")) {
      assertThat(put(flow, "a", body).status()).as(body).isEqualTo(409);
    }
    assertThat(error(put(flow, "a", "{\"status\":\"DONE\"}"))).startsWith("status: DONE (expected");
    assertThat(error(put(flow, "a", "{}"))).startsWith("status: missing");
    assertThat(error(put(flow, "b", "{\"status\":\"RUNNING\",\"lease\":0}")))
        .startsWith("lease: 0");
  }

  @Test
  void of_two_clients_that_update_one_task_one_wins() {
    String flow = external("");
    List<CompletableFuture<Answer>> both =
        Stream.of("one", "two")
            .map(text -> CompletableFuture.supplyAsync(() -> done(flow, "a", text)))
            .toList();
    List<Integer> answers = both.stream().map(one -> one.join().status()).sorted().toList();
    assertThat(answers).containsExactly(200, 409);
    String winner = both.get(0).join().status() == 200 ? "one" : "two";
    assertThat(client.get(flow).json().at("/tasks/0/output").asText()).isEqualTo(winner);
  }

  @Test
  void a_failed_task_ends_the_run_and_is_retried() {
    String flow = external(",\"retries\":0");
    assertThat(put(flow, "a", "{\"status\":\"FAILED\",\"reason\":\"no ink\"}").status())
        .isEqualTo(200);
    Answer result = client.get(flow + "/result?wait=60s");
    assertThat(result.status()).isEqualTo(409);
    assertThat(error(result)).contains("no ink");
    assertThat(statuses(flow)).containsExactly("FAILED", "CANCELLED", "SKIPPED");
    assertThat(client.post(flow + "/task/z/retry", "").status()).isEqualTo(404);
    assertThat(client.post(flow + "/task/a/retry", "").status()).isEqualTo(200);
    assertThat(statuses(flow)).containsExactly("READY", "READY", "PENDING");
    Answer running = client.post(flow + "/task/a/retry", "");
    assertThat(error(running)).isEqualTo("task 'a' has not failed (expected: a failed task)");
  }

  @Test
  void a_run_that_skips_goes_on_after_a_failed_task() {
    String flow = external(",\"onFail\":\"skip\",\"retries\":0");
    put(flow, "a", "{\"status\":\"FAILED\"}");
    assertThat(statuses(flow)).containsExactly("FAILED", "READY", "SKIPPED");
    done(flow, "b", "two");
    JsonNode result = client.get(flow + "/result?wait=60s").json();
    assertThat(result.path("answer").asText()).isEqualTo("two");
    assertThat(result.path("degraded").asBoolean()).isTrue();
  }

  @Test
  void a_run_is_paused_resumed_forked_and_cancelled() {
    String flow = external("");
    assertThat(client.post(flow + "/pause", "").json().path("status").asText()).isEqualTo("paused");
    assertThat(client.post(flow + "/resume", "").status()).isEqualTo(200);
    done(flow, "a", "one");
    String key = UUID.randomUUID().toString();
    Answer fork = client.post(flow + "/fork", "{}", "Idempotency-Key", key);
    assertThat(fork.status()).isEqualTo(202);
    assertThat(fork.header("Location")).isEqualTo(FLOW + fork.id());
    assertThat(statuses(FLOW + fork.id())).containsExactly("SUCCEEDED", "READY", "PENDING");
    assertThat(client.post(flow + "/fork", "{}", "Idempotency-Key", key).id()).isEqualTo(fork.id());
    assertThat(client.post(flow + "/cancel", "{\"reason\":\"enough\"}").status()).isEqualTo(200);
    assertThat(statuses(flow)).containsExactly("SUCCEEDED", "CANCELLED", "SKIPPED");
    Answer result = client.get(flow + "/result");
    assertThat(result.status()).isEqualTo(409);
    assertThat(error(result)).isEqualTo("enough");
    assertThat(result.json().at("/tasks/0/output").asText()).isEqualTo("one");
  }

  @Test
  void a_plan_that_waits_for_a_person_shows_its_tasks() {
    Answer answer = client.post(CHAT, "{" + WHY + ",\"approvePlan\":true,\"mode\":\"external\"}");
    assertThat(all(answer.json().path("tasks"), "status")).containsOnly("WAITING_INPUT");
    String flow = FLOW + answer.id();
    assertThat(done(flow, "a", "x").status()).isEqualTo(409);
    client.post(flow + "/input", "{\"input\":\"plan\",\"value\":{\"approved\":true}}");
    assertThat(statuses(flow)).containsExactly("READY", "READY", "PENDING");
  }

  @Test
  void a_task_that_is_done_has_an_owner_and_no_lease() {
    String flow = external("");
    String id = flow.substring(FLOW.length());
    client.get(flow + "/next?lease=600&limit=1&owner=me");
    assertThat(
            put(flow, "a", "{\"status\":\"SUCCEEDED\",\"output\":\"x\",\"owner\":\"me\"}").status())
        .isEqualTo(200);
    List<JsonNode> owned =
        StreamSupport.stream(
                client.get("/api/patterns/execution/" + id).json().path("steps").spliterator(),
                false)
            .filter(step -> step.path("owner").asText().equals("me"))
            .toList();
    assertThat(owned).hasSize(1).noneMatch(step -> step.has("leaseUntil"));
  }

  @Test
  void every_answer_about_tasks_says_who_was_chosen_and_what_recoveries_cost() {
    String flow = external("");
    for (Answer answer :
        List.of(
            client.get(flow + "/next"),
            client.get(flow + "/result"),
            done(flow, "a", "x"),
            client.post(flow + "/pause", ""))) {
      assertThat(answer.json().path("models")).as(answer.json().toString()).isNotEmpty();
      assertThat(answer.json().has("recovery")).isTrue();
    }
  }
}
