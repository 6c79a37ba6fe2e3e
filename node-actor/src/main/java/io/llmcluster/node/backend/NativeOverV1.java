package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.translate.Json;
import io.llmcluster.node.translate.NativeAnswers;
import io.llmcluster.node.translate.NativeLines;
import io.llmcluster.node.translate.NativeRequests;
import io.llmcluster.node.translate.Refusal;
import io.llmcluster.node.translate.Shape;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Answers native inference requests by way of a server's {@code /v1}. */
final class NativeOverV1 {

  private static final Pattern EVENT_END = Pattern.compile("\r?\n\r?\n");

  private final Function<BackendRequest, CompletionStage<BackendAnswer>> v1;
  private final UnaryOperator<String> serversName;
  private final ByteBudget memory;

  /**
   * @param v1 runs a {@code /v1} request
   * @param serversName the server's name of a model as clients write it
   * @param memory of all translations of requests together
   */
  NativeOverV1(
      Function<BackendRequest, CompletionStage<BackendAnswer>> v1,
      UnaryOperator<String> serversName,
      ByteBudget memory) {
    this.v1 = v1;
    this.serversName = serversName;
    this.memory = memory;
  }

  /**
   * Fails with {@link BackendException} if the translation has no room, now or ever. The room is
   * given back when the answer begins; one that is no stream begins with its last byte.
   */
  CompletionStage<BackendAnswer> infer(BackendRequest request) {
    return TranslationMemory.during(memory, taken -> infer(request, taken));
  }

  private CompletionStage<BackendAnswer> infer(BackendRequest request, LongConsumer taken) {
    try {
      JsonNode body = Json.request(request.body(), taken);
      BackendAnswer.Whole without = withoutCall(request, body);
      return without == null ? ask(request, body) : CompletableFuture.completedStage(without);
    } catch (Refusal refusal) {
      return CompletableFuture.completedStage(Envelopes.plain(refusal.status(), refusal.reason()));
    }
  }

  /** Requests that only load or unload: such a server has nothing to load. */
  private static BackendAnswer.@Nullable Whole withoutCall(BackendRequest request, JsonNode body) {
    if (!body.isObject()) {
      return null;
    }
    boolean empty =
        switch (request.operation()) {
          case GENERATE, EMBEDDINGS -> Json.isEmptyText(body.path("prompt"));
          case CHAT -> body.path("messages").isEmpty();
          default -> body.path("input").isEmpty() && Json.isEmptyText(body.path("input"));
        };
    if (!empty) {
      return null;
    }
    return switch (request.operation()) {
      case EMBEDDINGS -> {
        ObjectNode none = Json.object();
        none.putArray("embedding");
        yield whole(none);
      }
      case EMBED -> {
        ObjectNode none = Json.object().put("model", request.model());
        none.putArray("embeddings");
        yield whole(none);
      }
      default -> {
        boolean unload = body.path("keep_alive").asText("").matches("0+(\\.0+)?([a-zµ]+)?");
        boolean chat = request.operation() == Operation.CHAT;
        yield whole(new Shape(chat, false, request.model()).loaded(now(), unload));
      }
    };
  }

  static BackendAnswer.Whole loaded(String model, boolean unload) {
    return whole(new Shape(false, false, model).loaded(now(), unload));
  }

  private CompletionStage<BackendAnswer> ask(BackendRequest request, JsonNode body) {
    String clientsName = request.model();
    String model = serversName.apply(clientsName);
    boolean raw = request.operation() == Operation.GENERATE && body.path("raw").asBoolean();
    Shape shape = new Shape(request.operation() == Operation.CHAT, raw, request.model());
    return switch (request.operation()) {
      case CHAT -> text(request, Operation.V1_CHAT, NativeRequests.chat(body, model), shape);
      case GENERATE ->
          NativeRequests.isPlainCompletion(body)
              ? text(
                  request, Operation.V1_COMPLETIONS, NativeRequests.completion(body, model), shape)
              : text(request, Operation.V1_CHAT, NativeRequests.generate(body, model), shape);
      case EMBED ->
          embedding(
              request,
              NativeRequests.embed(body, model),
              (json, nanos) -> NativeAnswers.embed(json, clientsName, nanos));
      default ->
          embedding(
              request,
              NativeRequests.embeddings(body, model),
              (json, nanos) -> NativeAnswers.embeddings(json));
    };
  }

  private CompletionStage<BackendAnswer> text(
      BackendRequest request, Operation operation, ObjectNode body, Shape shape) {
    long start = System.nanoTime();
    String model = request.model(); // and not the request, for its body
    NativeLines lines = new NativeLines(shape, NativeOverV1::now, System::nanoTime);
    body.put("stream", request.stream());
    if (!request.stream()) {
      body.remove("stream_options");
    }
    return call(request, operation, request.stream(), body)
        .thenApply(
            answer -> {
              if (answer instanceof BackendAnswer.Streamed streamed) {
                return translated(streamed, lines);
              }
              return ofWhole(
                  model,
                  (BackendAnswer.Whole) answer,
                  json ->
                      NativeAnswers.text(
                          json, shape, now(), Math.max(1, System.nanoTime() - start)));
            });
  }

  private interface Embedding {
    ObjectNode toNative(JsonNode v1, long totalNanos);
  }

  private CompletionStage<BackendAnswer> embedding(
      BackendRequest request, ObjectNode body, Embedding embedding) {
    long start = System.nanoTime();
    String model = request.model();
    return call(request, Operation.V1_EMBEDDINGS, false, body)
        .thenApply(
            answer ->
                ofWhole(
                    model,
                    (BackendAnswer.Whole) answer,
                    json -> embedding.toNative(json, Math.max(1, System.nanoTime() - start))));
  }

  private CompletionStage<BackendAnswer> call(
      BackendRequest request, Operation operation, boolean stream, ObjectNode body) {
    return v1.apply(request.as(operation, stream, Json.rope(body)));
  }

  private static BackendAnswer translated(BackendAnswer.Streamed streamed, NativeLines lines) {
    return new BackendAnswer.Streamed(
        StreamProtocol.NDJSON.mediaType(),
        streamed
            .body()
            .mapConcat(
                events -> {
                  ByteString translated = ByteString.emptyByteString();
                  for (String event : EVENT_END.split(events.utf8String(), 0)) {
                    translated = translated.concat(lines.lines(event));
                  }
                  return translated.isEmpty() ? List.of() : List.of(translated);
                }));
  }

  private static BackendAnswer ofWhole(
      String model, BackendAnswer.Whole answer, Function<JsonNode, ObjectNode> success) {
    JsonNode json = Json.parse(answer.body());
    if (answer.status() != 200) {
      return Envelopes.plain(answer.status(), NativeAnswers.error(json, answer.status(), model));
    }
    try {
      return whole(success.apply(json));
    } catch (Refusal senseless) {
      throw new BackendException.Garbled(senseless.reason());
    }
  }

  private static BackendAnswer.Whole whole(ObjectNode body) {
    return new BackendAnswer.Whole(200, BackendAnswers.JSON, Json.bytes(body));
  }

  private static String now() {
    return Instant.now().toString();
  }
}
