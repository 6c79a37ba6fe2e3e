package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreServer;
import io.llmcluster.core.testkit.Script;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations as full as they may be: the largest system prompt, the widest window, the longest
 * summary and the largest message, in scripts of which a character takes three or four bytes, and
 * in one whose bytes cannot be compressed. A pattern's turn goes to another member in one message;
 * one that is too large would be dropped, and the turn would never end.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class FullConversationsIT {

  /** {@code patterns.maxRequestBytes}, less what is around the text. */
  private static final int LARGE = 512 * 1024 - 300;

  /** Two of them, with their answers, are more than the widest window of Chinese. */
  private static final int HALF_WINDOW = 220 * 1024;

  private static final String CONVERSATIONS = "/api/agents/conversations";

  private final ScriptedBackend backend =
      ScriptedBackend.start("n", FullConversationsIT::answer, "m");
  private final List<MemberProcess> members = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private StoreServer store;

  @TempDir Path folder;

  /** A summary is as long as it may be. */
  private static void answer(Asked call) {
    call.answer(call.step().startsWith("summary") ? Script.CHINESE.text(120 * 1024) : "so it is");
  }

  @BeforeEach
  void twoMembers() {
    store = StoreServer.start(new Store.OwnFile(folder.resolve("store")));
    String shared = "storage.server=\"" + store.address() + "\"";
    String data = "data-dir=\"" + folder + "\"";
    String nodes = "nodes=[" + backend.node(8) + "]";
    members.add(MemberProcess.start(shared, data, nodes));
    members.add(MemberProcess.start(shared, data, nodes, members.get(0).joins()));
    for (MemberProcess member : members) {
      Gateway gateway = member.gateway();
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptions()
          .until(
              () ->
                  gateway.members() == 2 && gateway.node("n").path("health").asText().equals("up"));
    }
  }

  @AfterEach
  void stop() {
    members.forEach(MemberProcess::close);
    store.close();
    backend.close();
    threads.shutdown();
  }

  @Test
  void turns_of_models_and_of_patterns_are_answered_wherever_they_run() {
    List.of(
            begin(Script.CHINESE, "none"),
            begin(Script.CHINESE, "ensemble"),
            begin(Script.EMOJI, "ensemble"),
            begin(Script.EVERY_BYTE, "ensemble"), // two, so that hardly all stay where they are
            begin(Script.EVERY_BYTE, "ensemble"))
        .forEach(CompletableFuture::join);
  }

  private CompletableFuture<Void> begin(Script script, String pattern) {
    return CompletableFuture.runAsync(() -> converse(script, pattern), threads);
  }

  private void converse(Script script, String pattern) {
    String request =
        "{\"model\":\"m\",\"window\":32768,\"pattern\":\"%s\",\"system\":\"%s\"}"
            .formatted(pattern, script.text(LARGE));
    HttpResponse<String> created = members.get(0).gateway().post(CONVERSATIONS, request);
    assertThat(created.statusCode()).as(shortened(created.body())).isEqualTo(201);
    String path = CONVERSATIONS + "/" + Gateway.parse(created.body()).path("id").asText();
    say(path, "q0", script.text(HALF_WINDOW));
    say(path, "q1", script.text(HALF_WINDOW));
    say(path, "q2", script.text(LARGE));
    awaitSummary(path);
    say(path, "q3", script.text(LARGE)); // a child each, perhaps on another member
    say(path, "q4", script.text(LARGE));
  }

  private void awaitSummary(String conversation) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              JsonNode view = members.get(0).gateway().get(conversation + "?limit=1");
              return view.path("memory").path("summary").asText().length() == 32_768;
            });
  }

  private void say(String conversation, String id, String text) {
    String message = "{\"messageId\":\"%s\",\"content\":\"%s\"}".formatted(id, text);
    HttpResponse<String> answer =
        members.get(1).gateway().post(conversation + "/messages?wait=60s", message);
    assertThat(answer.statusCode()).as(shortened(answer.body())).isEqualTo(200);
    assertThat(answer.body()).contains("\"status\":\"answered\"");
  }

  private static String shortened(String body) {
    return body.substring(0, Math.min(500, body.length()));
  }
}
