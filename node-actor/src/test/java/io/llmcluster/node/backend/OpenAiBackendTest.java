package io.llmcluster.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.model.StandInDigest;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.Backends;
import io.llmcluster.node.translate.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiBackendTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final BackendSettings SETTINGS =
      new BackendSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          100_000,
          1_000_000,
          new ByteBudget(2_000_000),
          new ByteBudget(1_500_000));

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

  private OpenAiBackend backend() {
    return new OpenAiBackend(KIT.system(), server.address(), SETTINGS);
  }

  private CompletionStage<BackendAnswer> infer(
      Backend backend, Operation operation, boolean stream, String body) {
    return backend.infer(
        new BackendRequest("r", operation, "m", stream, ByteString.fromString(body), cancelled));
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static JsonNode json(BackendAnswer answer) {
    return Json.parse(((BackendAnswer.Whole) answer).body());
  }

  private static List<JsonNode> lines(BackendAnswer answer) throws Exception {
    return await(
            ((BackendAnswer.Streamed) answer)
                .body()
                .runFold("", (text, more) -> text + more.utf8String(), KIT.system()))
        .lines()
        .map(Json::parse)
        .toList();
  }

  @Test
  void a_native_chat_streams_through_v1() throws Exception {
    server.on(
        "/v1/chat/completions",
        exchange -> {
          exchange.streamHead("text/event-stream; charset=utf-8");
          exchange.chunk("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n");
          exchange.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"cho");
          exchange.chunk("ices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
          exchange.chunk("data: [DONE]\n\n");
          exchange.lastChunk();
        });
    BackendAnswer answer =
        await(
            infer(
                backend(),
                Operation.CHAT,
                true,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"));
    assertThat(answer.contentType()).isEqualTo("application/x-ndjson");
    List<JsonNode> lines = lines(answer);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).path("message").path("content").asText()).isEqualTo("a");
    assertThat(lines.get(1).path("done").asBoolean()).isTrue();
    assertThat(server.seen.get(0).body).contains("\"include_usage\":true");
  }

  @Test
  void a_stream_cut_before_done_is_aborted_and_never_done() throws Exception {
    server.on(
        "/v1/chat/completions",
        exchange -> {
          exchange.streamHead("text/event-stream");
          exchange.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
          exchange.lastChunk();
        });
    BackendAnswer answer =
        await(infer(backend(), Operation.GENERATE, true, "{\"model\":\"m\",\"prompt\":\"p\"}"));
    assertThatThrownBy(() -> lines(answer)).isInstanceOf(BackendException.Aborted.class);
  }

  @Test
  void whole_answers_and_vectors_are_translated() throws Exception {
    server
        .json(
            "/v1/chat/completions",
            "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}")
        .json("/v1/embeddings", "{\"data\":[{\"index\":0,\"embedding\":[2.0,0.0]}]}");
    String generate = "{\"model\":\"m\",\"prompt\":\"p\",\"stream\":false}";
    assertThat(
            json(await(infer(backend(), Operation.GENERATE, false, generate)))
                .path("response")
                .asText())
        .isEqualTo("hi");
    String embed = "{\"model\":\"m\",\"input\":\"p\"}";
    assertThat(json(await(infer(backend(), Operation.EMBED, false, embed))).path("embeddings"))
        .hasToString("[[1.0,0.0]]");
  }

  @Test
  void loading_and_unloading_ask_nobody() throws Exception {
    Backend backend = backend();
    assertThat(
            json(await(infer(backend, Operation.GENERATE, true, "{\"model\":\"m\"}")))
                .path("done_reason")
                .asText())
        .isEqualTo("load");
    assertThat(
            json(await(infer(backend, Operation.CHAT, true, "{\"model\":\"m\",\"keep_alive\":0}")))
                .path("done_reason")
                .asText())
        .isEqualTo("unload");
    assertThat(server.seen).isEmpty();
  }

  @Test
  void errors_have_the_native_form() throws Exception {
    server.on(
        "/v1/chat/completions",
        exchange ->
            exchange.whole(
                400, "application/json", "{\"error\":{\"message\":\"too long\",\"code\":400}}"));
    BackendAnswer answer =
        await(infer(backend(), Operation.GENERATE, true, "{\"model\":\"m\",\"prompt\":\"p\"}"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer)).isEqualTo(Json.parse("{\"error\":\"too long\"}"));
  }

  /** LM Studio says 200 where it means an error. */
  @ParameterizedTest
  @CsvSource({
    "GENERATE, true, \"prompt\":\"p\"",
    "GENERATE, false, \"prompt\":\"p\"",
    "GENERATE, true, \"prompt\":\"p\"%\"raw\":true",
    "CHAT, true, \"messages\":[{}]",
    "EMBED, false, \"input\":\"p\"",
    "EMBEDDINGS, false, \"prompt\":\"p\"",
    "V1_CHAT, true, \"messages\":[{}]",
    "V1_EMBEDDINGS, false, \"input\":\"p\""
  })
  void an_error_or_anything_else_that_says_200_is_no_answer(
      Operation operation, boolean stream, String fields) throws Exception {
    String error = "{\"error\":\"Unexpected endpoint or method. (POST /v1/x)\"}";
    for (String path : List.of("chat/completions", "completions", "embeddings")) {
      server.json("/v1/" + path, error);
    }
    String body = "{\"model\":\"m\"," + fields.replace('%', ',') + "}";
    assertThatThrownBy(() -> await(infer(backend(), operation, stream, body)))
        .isInstanceOf(BackendException.Garbled.class)
        .hasMessageContaining("Unexpected endpoint or method");
    for (String path : List.of("chat/completions", "completions", "embeddings")) {
      server.json("/v1/" + path, "{\"object\":\"x\"}");
    }
    if (!operation.name().startsWith("V1")) {
      assertThatThrownBy(() -> await(infer(backend(), operation, stream, body)))
          .isInstanceOf(BackendException.Garbled.class);
    }
  }

  @Test
  void props_that_are_an_error_do_not_make_models_loaded() throws Exception {
    server
        .json("/v1/models", "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}")
        .json("/props", "{\"error\":\"Unexpected endpoint or method. (GET /props)\"}");
    BackendStatus status = await(backend().probe());
    assertThat(status.installed()).hasSize(2);
    assertThat(status.loaded()).isEmpty();
  }

  @Test
  void keys_match_in_any_case() throws Exception {
    server.json("/v1/chat/completions", "{\"choices\":[{\"message\":{\"content\":\"hi\"}}]}");
    String body = "{\"MODEL\":\"m\",\"PROMPT\":\"x\"}";
    assertThat(
            json(await(infer(backend(), Operation.GENERATE, false, body)))
                .path("response")
                .asText())
        .isEqualTo("hi");
  }

  @Test
  void an_answer_names_the_model_as_the_client_did() throws Exception {
    server
        .json("/v1/models", "{\"data\":[{\"id\":\"M\"}]}")
        .json("/v1/embeddings", "{\"data\":[],\"model\":\"M\"}")
        .on(
            "/v1/chat/completions",
            exchange -> {
              exchange.streamHead("text/event-stream");
              exchange.chunk(
                  "data: {\"model\":\"M\",\"choices\":[]}\n\n: ping\n\ndata: [DONE]\n\n");
              exchange.lastChunk();
            });
    OpenAiBackend backend = backend();
    await(backend.probe());
    String body = "{\"model\":\"m\",\"input\":\"p\"}";
    assertThat(json(await(infer(backend, Operation.V1_EMBEDDINGS, false, body))).path("model"))
        .isEqualTo(Json.parse("\"m\""));
    BackendAnswer streamed = await(infer(backend, Operation.V1_CHAT, true, body));
    assertThat(
            await(
                ((BackendAnswer.Streamed) streamed)
                    .body()
                    .runFold("", (text, more) -> text + more.utf8String(), KIT.system())))
        .isEqualTo("data: {\"model\":\"m\",\"choices\":[]}\n\n: ping\n\ndata: [DONE]\n\n");
  }

  @Test
  void v1_is_relayed_byte_for_byte() throws Exception {
    server.json("/v1/chat/completions", "{\"id\" :  1}");
    String body = "{ \"model\":\"m\",\"messages\" : [] }";
    BackendAnswer.Whole answer =
        (BackendAnswer.Whole) await(infer(backend(), Operation.V1_CHAT, false, body));
    assertThat(answer.body().utf8String()).isEqualTo("{\"id\" :  1}");
    assertThat(server.seen.get(0).body).isEqualTo(body);
  }

  @Test
  void a_look_reads_models_and_slots_and_learns_the_servers_names() throws Exception {
    server
        .json(
            "/v1/models",
            "{\"object\":\"list\",\"data\":[{\"id\":\"M\",\"meta\":{\"n_ctx_train\":8192,"
                + "\"n_params\":134515008,\"size\":98000000}}]}")
        .json("/props", "{\"total_slots\":4,\"default_generation_settings\":{\"n_ctx\":2048}}")
        .json("/v1/completions", "{\"choices\":[{\"text\":\"t\"}]}");
    OpenAiBackend backend = backend();
    BackendStatus status = await(backend.probe());
    assertThat(status.health()).isEqualTo(NodeHealth.UP);
    assertThat(status.parallel()).isEqualTo(4);
    assertThat(status.installed())
        .singleElement()
        .matches(model -> model.details().parameterSize().equals("135M"))
        .matches(model -> model.digest().equals(StandInDigest.of("m:latest")));
    assertThat(status.loaded()).singleElement().matches(model -> model.contextLength() == 2048);
    String raw = "{\"model\":\"m\",\"prompt\":\"p\",\"raw\":true,\"stream\":false}";
    JsonNode answer = json(await(infer(backend, Operation.GENERATE, false, raw)));
    assertThat(answer.path("response").asText()).isEqualTo("t");
    assertThat(answer.path("model").asText()).isEqualTo("m");
    assertThat(server.seen.get(server.seen.size() - 1).body).contains("\"model\":\"M\"");
  }

  @Test
  void what_it_cannot_do_it_says() throws Exception {
    assertThat(await(backend().delete("m")).status()).isEqualTo(400);
    assertThat(await(backend().copy("m", "n")).body().utf8String()).contains("cannot copy models");
    assertThat(await(backend().show("m", ByteString.emptyByteString())).status()).isEqualTo(404);
  }

  @Test
  void what_answers_is_found_out() throws Exception {
    assertThat(look().backend()).isNull();
    assertThat(look().status().health()).isEqualTo(NodeHealth.BROKEN);
    server.on("/api/version", e -> e.whole(404, "application/json", "{\"error\":\"no\"}"));
    server.on("/v1/models", e -> e.whole(503, "application/json", "{\"error\":\"loading\"}"));
    assertThat(look().status().health()).isEqualTo(NodeHealth.BUSY);
    server.json("/v1/models", "{\"data\":[]}");
    assertThat(kind(look())).isEqualTo(BackendKind.OPENAI);
    server
        .json("/api/version", "{\"version\":\"0.17.4\"}")
        .json("/api/tags", "{}")
        .json("/api/ps", "{}");
    assertThat(kind(look())).isEqualTo(BackendKind.OLLAMA);
    assertThat(look().status().health()).isEqualTo(NodeHealth.UP);
    server.close();
    assertThat(look().status().health()).isEqualTo(NodeHealth.DOWN);
  }

  private static BackendKind kind(Backends.Found found) {
    assertThat(found.backend()).as(found.status().reason()).isNotNull();
    return java.util.Objects.requireNonNull(found.backend()).kind();
  }

  private Backends.Found look() throws Exception {
    NodeSpec spec =
        new NodeSpec(
            "n",
            server.address().host(),
            server.address().port(),
            "",
            "",
            List.of(),
            BackendKind.AUTO,
            0);
    return await(new BackendDetector(KIT.system(), SETTINGS).look(spec, null));
  }

  @Test
  void a_request_whose_translation_has_no_room_even_alone_is_told_the_bound() {
    String many = "{\"model\":\"m\",\"messages\":[" + "{},".repeat(10_000) + "{}]}";
    assertThatThrownBy(() -> await(infer(backend(), Operation.CHAT, false, many)))
        .isInstanceOf(BackendException.TooLarge.class)
        .hasMessageContaining("2000000 bytes (node.translationMemory)");
    assertThat(SETTINGS.translations().held()).isZero();
  }

  @Test
  void a_renamed_request_whose_tree_has_no_room_even_alone_is_told_the_bound() throws Exception {
    server.json("/v1/models", "{\"data\":[{\"id\":\"M\"}]}");
    OpenAiBackend backend = backend();
    await(backend.probe());
    String many = "{\"model\":\"m\",\"messages\":[" + "{},".repeat(10_000) + "{}]}";
    assertThatThrownBy(() -> await(infer(backend, Operation.V1_CHAT, false, many)))
        .isInstanceOf(BackendException.TooLarge.class)
        .hasMessageContaining("2000000 bytes (node.translationMemory)");
    assertThat(SETTINGS.translations().held()).isZero();
  }
}
