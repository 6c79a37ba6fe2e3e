package io.llmcluster.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OllamaBackendTest {

  private static final String LINE = "{\"response\":\"a\",\"done\":false}\n";
  private static final String LAST = "{\"response\":\"\",\"done\":true}\n";
  private static final String NDJSON = "application/x-ndjson";
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final BackendSettings SETTINGS =
      settings(new ByteBudget(2_000_000), new ByteBudget(1_500_000));

  private final RawServer server = new RawServer();
  private final CompletableFuture<Done> cancelled = new CompletableFuture<>();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  private static BackendSettings settings(ByteBudget translations, ByteBudget answers) {
    return new BackendSettings(
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofMillis(400),
        Duration.ofMillis(400),
        100_000,
        1_000_000,
        translations,
        answers);
  }

  private OllamaBackend backend() {
    return new OllamaBackend(KIT.system(), server.address(), SETTINGS);
  }

  private CompletionStage<BackendAnswer> infer(Operation operation, boolean stream) {
    return backend()
        .infer(
            new BackendRequest(
                "r1",
                operation,
                "m",
                stream,
                ByteString.fromString("{\"model\":\"m\"}"),
                cancelled));
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static String text(BackendAnswer answer) throws Exception {
    return await(
        ((BackendAnswer.Streamed) answer)
            .body()
            .runFold("", (text, lines) -> text + lines.utf8String(), KIT.system()));
  }

  @Test
  void a_stream_is_relayed_with_the_nodes_own_host_header() throws Exception {
    server.on(
        "/api/generate",
        exchange -> {
          exchange.streamHead(NDJSON);
          exchange.chunk(LINE.substring(0, 5));
          exchange.chunk(LINE.substring(5) + LINE);
          exchange.chunk(LAST);
          exchange.lastChunk();
        });
    BackendAnswer answer = await(infer(Operation.GENERATE, true));
    assertThat(answer.contentType()).isEqualTo(NDJSON);
    assertThat(text(answer)).isEqualTo(LINE + LINE + LAST);
    assertThat(server.seen.get(0).head).contains("Host: " + server.address() + "\r\n");
    assertThat(server.seen.get(0).body).isEqualTo("{\"model\":\"m\"}");
  }

  @Test
  void each_operation_goes_to_its_endpoint() throws Exception {
    for (Operation operation : Operation.values()) {
      if (operation != Operation.OPERATION_UNSPECIFIED && operation != Operation.UNRECOGNIZED) {
        server.json(Calls.path(operation), "{\"from\":\"" + operation + "\"}");
        BackendAnswer.Whole answer = (BackendAnswer.Whole) await(infer(operation, false));
        assertThat(answer.body().utf8String()).contains(operation.name());
        assertThat(answer.contentType()).isEqualTo("application/json; charset=utf-8");
      }
    }
  }

  @Test
  void errors_of_the_backend_pass_as_they_are() throws Exception {
    String body = "{\"error\":\"model 'm' not found\"}";
    server.on("/api/chat", exchange -> exchange.whole(404, "application/json", body));
    BackendAnswer.Whole answer = (BackendAnswer.Whole) await(infer(Operation.CHAT, true));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body().utf8String()).isEqualTo(body);
  }

  @Test
  void a_missing_endpoint_is_an_envelope() throws Exception {
    BackendAnswer.Whole answer = (BackendAnswer.Whole) await(infer(Operation.V1_RESPONSES, true));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body().utf8String()).contains("\"error\":{\"message\":");
  }

  /** Each within its own bound; it is the sum that has no room. */
  @Test
  void whole_answers_share_a_budget_and_give_it_back_at_the_end_of_their_calls() throws Exception {
    server.json("/api/embed", "[\"" + "x".repeat(700_000) + "\"]");
    ByteBudget answers = new ByteBudget(1_500_000);
    OllamaBackend backend =
        new OllamaBackend(KIT.system(), server.address(), settings(new ByteBudget(1), answers));
    List<CompletableFuture<Done>> ends = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ends.add(new CompletableFuture<>());
      await(backend.infer(embedding(ends.get(i))));
    }
    CompletableFuture<Done> refused = new CompletableFuture<>();
    assertThatThrownBy(() -> await(backend.infer(embedding(refused))))
        .isInstanceOf(BackendException.NoRoomForAnswer.class);
    refused.complete(Done.getInstance());
    ends.get(0).complete(Done.getInstance());
    ends.add(new CompletableFuture<>());
    await(backend.infer(embedding(ends.get(2))));
    ends.forEach(end -> end.complete(Done.getInstance()));
    assertThat(answers.held()).isZero();
  }

  private static BackendRequest embedding(CompletableFuture<Done> end) {
    ByteString body = ByteString.fromString("{\"model\":\"m\"}");
    return new BackendRequest("r1", Operation.EMBED, "m", false, body, end);
  }

  @Test
  void connections_are_used_again() throws Exception {
    server.json("/api/embed", "{}");
    OllamaBackend backend = backend();
    for (int i = 0; i < 20; i++) {
      await(
          backend.infer(
              new BackendRequest(
                  "r", Operation.EMBED, "m", false, ByteString.fromString("{}"), cancelled)));
    }
    assertThat(server.connections).hasValue(1);
  }

  @Test
  void no_node_may_be_given_more_calls_than_there_are_connections() {
    assertThat(BackendHttp.MAX_CONNECTIONS).isGreaterThan(NodeSpec.MAX_CONCURRENCY);
  }

  @Test
  void calls_that_fill_all_connections_leave_those_of_the_looks() throws Exception {
    server
        .json("/api/version", "{\"version\":\"1\"}")
        .json("/api/tags", "{}")
        .json("/api/ps", "{}")
        .on("/api/embed", RawServer.Exchange::awaitLeaving);
    BackendHttp one =
        new BackendHttp(KIT.system(), server.address(), SETTINGS, BackendHttp.IDLE_LONG, 1);
    OllamaBackend backend = new OllamaBackend(KIT.system(), server.address(), SETTINGS, one);
    CompletionStage<BackendAnswer> first = backend.infer(embedding(cancelled));
    assertThatThrownBy(() -> await(backend.infer(embedding(cancelled))))
        .isInstanceOf(BackendException.Unreachable.class)
        .hasMessageContaining("too many calls");
    assertThat(await(backend.probe()).health()).isEqualTo(NodeHealth.UP);
    assertThat(first.toCompletableFuture()).isNotDone();
    cancelled.complete(Done.getInstance());
  }

  @Test
  void giving_up_before_the_first_byte_closes_the_connection() throws Exception {
    server.on("/api/generate", RawServer.Exchange::awaitLeaving);
    CompletionStage<BackendAnswer> answer = infer(Operation.GENERATE, true);
    assertGivenUp();
    assertThatThrownBy(() -> await(answer)).isInstanceOf(BackendException.Aborted.class);
  }

  @Test
  void giving_up_before_a_whole_answer_closes_the_connection() throws Exception {
    server.on("/api/generate", RawServer.Exchange::awaitLeaving);
    CompletionStage<BackendAnswer> answer = infer(Operation.GENERATE, false);
    assertGivenUp();
    assertThatThrownBy(() -> await(answer)).isInstanceOf(BackendException.Aborted.class);
  }

  private void assertGivenUp() throws InterruptedException {
    org.awaitility.Awaitility.await().until(() -> !server.seen.isEmpty());
    cancelled.complete(Done.getInstance());
    assertThat(server.seen.get(0).left.await(1, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_reader_that_leaves_in_mid_stream_closes_the_connection() throws Exception {
    server.on(
        "/api/generate",
        exchange -> {
          exchange.streamHead(NDJSON);
          exchange.chunk(LINE);
          exchange.awaitLeaving();
        });
    BackendAnswer.Streamed answer = (BackendAnswer.Streamed) await(infer(Operation.GENERATE, true));
    assertThat(await(answer.body().runWith(Sink.head(), KIT.system())).utf8String())
        .isEqualTo(LINE);
    assertThat(server.seen.get(0).left.await(1, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_slow_reader_is_not_silence_and_stalls_only_its_own_stream() throws Exception {
    String many = LINE.repeat(20_000);
    server.on(
        "/api/generate",
        exchange -> {
          exchange.streamHead(NDJSON);
          for (int i = 0; i < 10; i++) {
            exchange.chunk(many);
          }
          exchange.chunk(LAST);
          exchange.lastChunk();
        });
    BackendAnswer.Streamed answer = (BackendAnswer.Streamed) await(infer(Operation.GENERATE, true));
    try (var in =
        answer
            .body()
            .runWith(StreamConverters.asInputStream(Duration.ofSeconds(5)), KIT.system())) {
      in.readNBytes(10);
      org.awaitility.Awaitility.await()
          .pollDelay(SETTINGS.stallTimeout().multipliedBy(2))
          .until(() -> true);
      assertThat(in.readAllBytes()).hasSize(10 * many.length() + LAST.length() - 10);
    }
  }

  @Test
  void broken_streams_are_aborted_after_what_came_whole() throws Exception {
    List<RawServer.Handler> faults = new ArrayList<>();
    faults.add(
        exchange -> {
          exchange.chunk("{\"respo");
          exchange.reset();
        });
    faults.add(RawServer.Exchange::close);
    faults.add(RawServer.Exchange::lastChunk);
    faults.add(
        exchange -> {
          exchange.chunk("{\"half");
          exchange.lastChunk();
        });
    faults.add(RawServer.Exchange::awaitLeaving);
    for (RawServer.Handler fault : faults) {
      CompletableFuture<Done> read = new CompletableFuture<>();
      server.on(
          "/api/chat",
          exchange -> {
            exchange.streamHead(NDJSON);
            exchange.chunk(LINE);
            read.join(); // a reset takes with it what was not read yet
            fault.answer(exchange);
          });
      BackendAnswer.Streamed answer = (BackendAnswer.Streamed) await(infer(Operation.CHAT, true));
      List<String> lines = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  await(
                      answer
                          .body()
                          .runForeach(
                              line -> {
                                lines.add(line.utf8String());
                                read.complete(Done.getInstance());
                              },
                              KIT.system())))
          .isInstanceOf(BackendException.Aborted.class);
      assertThat(lines).containsExactly(LINE);
    }
  }

  @Test
  void what_is_not_the_protocol_fails_before_the_caller_has_a_byte() {
    List<RawServer.Handler> faults = new ArrayList<>();
    faults.add(exchange -> exchange.whole(200, "text/html", "<html>"));
    faults.add(exchange -> exchange.whole(502, "text/html", "<html>"));
    faults.add(exchange -> exchange.whole(200, NDJSON, ""));
    faults.add(exchange -> exchange.whole(200, NDJSON, "<html>\n"));
    faults.add(exchange -> exchange.whole(200, "application/json", ""));
    faults.add(exchange -> exchange.whole(200, "application/json", "{\"a\":"));
    faults.add(exchange -> exchange.whole(200, "application/json", "{} {}"));
    for (RawServer.Handler fault : faults) {
      server.on("/api/chat", fault);
      assertThatThrownBy(() -> firstOf(await(infer(Operation.CHAT, true))))
          .isInstanceOf(BackendException.Garbled.class);
    }
  }

  /** The first element of a stream; a whole answer is its own. */
  private static Object firstOf(BackendAnswer answer) throws Exception {
    return answer instanceof BackendAnswer.Streamed streamed
        ? await(streamed.body().runWith(Sink.head(), KIT.system()))
        : answer;
  }

  @Test
  void a_body_shorter_than_announced_is_aborted() {
    server.on(
        "/api/embed",
        exchange -> {
          exchange.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
          exchange.write("Content-Length: 100\r\n\r\n{}");
          exchange.close();
        });
    assertThatThrownBy(() -> await(infer(Operation.EMBED, false)))
        .isInstanceOf(BackendException.Aborted.class);
  }

  @Test
  void an_answer_beyond_the_bound_is_refused() {
    server.json("/api/embed", "[" + "1,".repeat(600_000) + "1]");
    assertThatThrownBy(() -> await(infer(Operation.EMBED, false)))
        .isInstanceOf(BackendException.Garbled.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void a_backend_that_never_answers_is_given_up() {
    server.on("/api/chat", RawServer.Exchange::awaitLeaving);
    assertThatThrownBy(() -> await(infer(Operation.CHAT, true)))
        .isInstanceOf(BackendException.Aborted.class)
        .hasMessageContaining("did not answer within 3000 ms");
  }

  @Test
  void a_refused_connection_is_unreachable() throws Exception {
    server.close();
    assertThatThrownBy(() -> await(infer(Operation.CHAT, true)))
        .isInstanceOf(BackendException.Unreachable.class);
    assertThat(await(backend().probe()).health()).isEqualTo(NodeHealth.DOWN);
  }

  @Test
  void a_look_tells_models_and_version() throws Exception {
    server
        .json("/api/version", "{\"version\":\"0.17.4\"}")
        .json(
            "/api/tags",
            "{\"models\":[{\"name\":\"a:1b\",\"remote_model\":\"a\",\"remote_host\":\"h\",\"size\":5,\"details\":{\"families\":null}}]}")
        .json("/api/ps", "{\"models\":[{\"name\":\"a:1b\",\"size_vram\":3}]}");
    BackendStatus status = await(backend().probe());
    assertThat(status.health()).isEqualTo(NodeHealth.UP);
    assertThat(status.version()).isEqualTo("0.17.4");
    assertThat(status.installed())
        .singleElement()
        .matches(model -> model.size() == 5)
        .matches(model -> model.remoteModel().equals("a") && model.remoteHost().equals("h"));
    assertThat(status.loaded()).singleElement().matches(model -> model.sizeVram() == 3);
  }

  @Test
  void a_look_tells_busy_broken_and_down_apart() throws Exception {
    server.json("/api/tags", "{\"models\":[]}").json("/api/ps", "{\"models\":[]}");
    assertHealth(exchange -> exchange.whole(503, "application/json", "{}"), NodeHealth.BUSY);
    assertHealth(exchange -> exchange.whole(500, "text/plain", "no"), NodeHealth.BROKEN);
    assertHealth(exchange -> exchange.whole(200, "text/html", "<html>"), NodeHealth.BROKEN);
    assertHealth(exchange -> exchange.whole(200, "application/json", "[]"), NodeHealth.BROKEN);
    assertHealth(RawServer.Exchange::awaitLeaving, NodeHealth.DOWN);
  }

  private void assertHealth(RawServer.Handler version, NodeHealth expected) throws Exception {
    server.on("/api/version", version);
    BackendStatus status = await(backend().probe());
    assertThat(status.health()).as(status.reason()).isEqualTo(expected);
    assertThat(status.reason()).isNotBlank();
  }

  @Test
  void a_port_that_accepts_and_says_nothing_is_down() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      BackendAddress address = new BackendAddress("127.0.0.1", silent.getLocalPort());
      assertThat(await(new OllamaBackend(KIT.system(), address, SETTINGS).probe()).health())
          .isEqualTo(NodeHealth.DOWN);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void pulling_gives_single_lines() throws Exception {
    server.on(
        "/api/pull",
        exchange -> {
          exchange.streamHead(NDJSON);
          exchange.chunk("{\"status\":\"pulling\"}\n{\"status\":\"success\"}\n");
          exchange.lastChunk();
        });
    assertThat(
            await(
                backend()
                    .pull("m", ByteString.emptyByteString())
                    .map(line -> line.status() + line.json().utf8String())
                    .runWith(Sink.seq(), KIT.system())))
        .containsExactly("0{\"status\":\"pulling\"}", "0{\"status\":\"success\"}");
  }

  @Test
  void a_pull_that_is_refused_at_once_keeps_its_status() throws Exception {
    String refusal = "{\"error\":\"invalid model name\"}";
    server.on("/api/pull", exchange -> exchange.whole(400, "application/json", refusal));
    assertThat(
            await(
                backend()
                    .pull("a b", ByteString.emptyByteString())
                    .runWith(Sink.seq(), KIT.system())))
        .containsExactly(new PullLine(400, ByteString.fromString(refusal)));
  }

  @Test
  void embedding_models_are_loaded_through_embed() throws Exception {
    server.on(
        "/api/generate",
        exchange ->
            exchange.whole(
                400, "application/json", "{\"error\":\"\\\"m\\\" does not support generate\"}"));
    server.json("/api/embed", "{\"embeddings\":[]}");
    assertThat(await(backend().load("m")).status()).isEqualTo(200);
  }

  @Test
  void deleting_succeeds_with_an_empty_body() throws Exception {
    server.on("/api/delete", exchange -> exchange.whole(200, "text/plain", ""));
    assertThat(await(backend().delete("m")).status()).isEqualTo(200);
    assertThat(server.seen.get(0).body).isEqualTo("{\"model\":\"m\"}");
  }
}
