package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreServer;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of workflows and messages of conversations just within their bound, in words that cannot
 * be compressed well, many of which go to another member than the one that was asked: what is too
 * large for a message between members is dropped, and nobody would ever answer.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class LargeRequestsIT {

  /** {@code patterns.maxRequestBytes}, less what is around the text. */
  private static final int LARGE = 512 * 1024 - 300;

  private static final String CONVERSATIONS = "/api/agents/conversations";

  private final StandIn backend = StandIn.start("n").obeysForms();
  private final List<MemberProcess> members = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private StoreServer store;

  @TempDir Path folder;

  @BeforeEach
  void twoMembers() {
    store = StoreServer.start(new Store.OwnFile(folder.resolve("store")));
    String shared = "storage.server=\"" + store.address() + "\"";
    String data = "data-dir=\"" + folder + "\"";
    String nodes = "nodes=[" + backend.node(8) + "]";
    members.add(MemberProcess.start(shared, data, nodes));
    members.add(MemberProcess.start(shared, data, nodes, members.get(0).joins()));
    for (Gateway gateway : gateways()) {
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

  private List<Gateway> gateways() {
    return members.stream().map(MemberProcess::gateway).toList();
  }

  /** So many characters, each of a byte; hardly a fifth may be saved by compressing. */
  private static String text(int length) {
    return new Random(length)
        .ints(' ', 127)
        .filter(letter -> letter != '"' && letter != '\\')
        .limit(length)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void workflows_complete_and_are_seen_wherever_they_run() {
    List<CompletableFuture<HttpResponse<String>>> begun = new ArrayList<>();
    for (int i = 0; i < 4; i++) { // that all stay where they were asked for: 1 in 250
      for (Gateway gateway : gateways()) {
        String request = "{\"models\":[\"m\"],\"prompt\":\"" + text(LARGE) + "\"}";
        begun.add(gateway.sendAsync("POST", "/api/patterns/ensemble?wait=60s", request));
      }
    }
    for (CompletableFuture<HttpResponse<String>> one : begun) {
      HttpResponse<String> answer = one.join();
      assertThat(answer.statusCode()).as(shortened(answer.body())).isEqualTo(200);
      String id = Gateway.parse(answer.body()).path("id").asText();
      for (Gateway gateway : gateways()) {
        JsonNode view = gateway.get("/api/patterns/execution/" + id);
        assertThat(view.path("status").asText()).isEqualTo("completed");
      }
    }
  }

  /** The widest window, which is full when the largest message comes. */
  @Test
  void conversations_go_on_and_are_seen_wherever_they_are() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String pattern = i % 2 == 0 ? "none" : "ensemble";
      all.add(CompletableFuture.runAsync(() -> converse(pattern), threads));
    }
    all.forEach(CompletableFuture::join);
  }

  private void converse(String pattern) {
    String request =
        "{\"model\":\"m\",\"window\":32768,\"pattern\":\"%s\",\"system\":\"%s\"}"
            .formatted(pattern, text(LARGE));
    HttpResponse<String> created = members.get(0).gateway().post(CONVERSATIONS, request);
    assertThat(created.statusCode()).as(shortened(created.body())).isEqualTo(201);
    String path = CONVERSATIONS + "/" + Gateway.parse(created.body()).path("id").asText();
    int number = 0;
    for (int size : new int[] {60_000, 60_000, LARGE, LARGE}) {
      say(path, "q" + number++, size);
    }
  }

  private void say(String conversation, String id, int size) {
    String message = "{\"messageId\":\"%s\",\"content\":\"%s\"}".formatted(id, text(size));
    HttpResponse<String> answer =
        members.get(1).gateway().post(conversation + "/messages?wait=60s", message);
    assertThat(answer.statusCode()).as(shortened(answer.body())).isEqualTo(200);
    assertThat(answer.body()).contains("\"status\":\"answered\"");
    for (Gateway gateway : gateways()) {
      assertThat(gateway.get(conversation + "/messages/" + id).path("status").asText())
          .isEqualTo("answered");
      assertThat(gateway.send("GET", conversation, "").statusCode()).isEqualTo(200);
    }
  }

  private static String shortened(String body) {
    return body.substring(0, Math.min(500, body.length()));
  }
}
