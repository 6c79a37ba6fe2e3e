package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.node.translate.Json;
import io.llmcluster.node.translate.Refusal;
import io.llmcluster.node.translate.V1Answers;
import io.llmcluster.node.translate.V1Chunks;
import io.llmcluster.node.translate.V1Requests;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Gives a backend that has Ollama's native API only the {@code /v1} endpoints too. */
public final class V1OverNative implements Backend {

  private final BackendKind kind;
  private final Backend over;

  /**
   * @param kind what it is called
   * @param over is asked for native operations only
   */
  public V1OverNative(BackendKind kind, Backend over) {
    this.kind = kind;
    this.over = over;
  }

  @Override
  public BackendKind kind() {
    return kind;
  }

  @Override
  public void close() {
    over.close();
  }

  @Override
  public CompletionStage<BackendAnswer> infer(BackendRequest request) {
    try {
      return switch (request.operation()) {
        case V1_CHAT ->
            ask(request, Operation.CHAT, V1Requests.chat(request.body()), request.stream());
        case V1_COMPLETIONS ->
            ask(
                request,
                Operation.GENERATE,
                V1Requests.completion(request.body()),
                request.stream());
        case V1_EMBEDDINGS ->
            ask(request, Operation.EMBED, V1Requests.embedding(request.body()), false);
        case V1_RESPONSES, V1_MESSAGES ->
            answer(
                Envelopes.error(
                    request.operation(),
                    404,
                    "model '"
                        + request.model()
                        + "' is on a server without "
                        + Calls.path(request.operation())));
        default -> over.infer(request);
      };
    } catch (Refusal refusal) {
      return answer(Envelopes.error(request.operation(), refusal.status(), refusal.reason()));
    }
  }

  private static CompletionStage<BackendAnswer> answer(BackendAnswer answer) {
    return CompletableFuture.completedStage(answer);
  }

  private CompletionStage<BackendAnswer> ask(
      BackendRequest request, Operation operation, ObjectNode body, boolean stream) {
    BackendRequest translated =
        new BackendRequest(
            request.requestId(),
            operation,
            request.model(),
            stream,
            Json.bytes(body),
            request.cancelled());
    return over.infer(translated).thenApply(answer -> translate(request, answer));
  }

  private static BackendAnswer translate(BackendRequest request, BackendAnswer answer) {
    String prefix = request.operation() == Operation.V1_CHAT ? "chatcmpl-" : "cmpl-";
    String id = prefix + ThreadLocalRandom.current().nextInt(1000);
    long created = System.currentTimeMillis() / 1000;
    if (answer instanceof BackendAnswer.Streamed streamed) {
      return new BackendAnswer.Streamed(
          "text/event-stream", events(request, streamed.body(), id, created));
    }
    BackendAnswer.Whole whole = (BackendAnswer.Whole) answer;
    JsonNode json = Json.parse(whole.body());
    if (whole.status() != 200) {
      return Envelopes.error(request.operation(), whole.status(), json.path("error").asText());
    }
    ObjectNode v1 =
        switch (request.operation()) {
          case V1_CHAT -> V1Answers.chat(json, id, created);
          case V1_COMPLETIONS -> V1Answers.completion(json, id, created);
          default -> V1Answers.embedding(json, asksForBase64(request));
        };
    return new BackendAnswer.Whole(200, BackendAnswers.JSON, Json.bytes(v1));
  }

  private static Source<ByteString, NotUsed> events(
      BackendRequest request, Source<ByteString, NotUsed> lines, String id, long created) {
    boolean usage =
        Json.request(request.body()).path("stream_options").path("include_usage").asBoolean();
    boolean chat = request.operation() == Operation.V1_CHAT; // and not the request, for its body
    return lines.statefulMapConcat(
        () -> {
          V1Chunks chunks = new V1Chunks(chat, id, created, usage);
          return element -> {
            ByteString events = ByteString.emptyByteString();
            for (ByteString line : Lines.of(element)) {
              events = events.concat(chunks.events(Json.parse(line)));
            }
            return events.isEmpty() ? List.of() : List.of(events);
          };
        });
  }

  private static boolean asksForBase64(BackendRequest request) {
    return Json.request(request.body()).path("encoding_format").asText().equals("base64");
  }

  @Override
  public CompletionStage<BackendStatus> probe() {
    return over.probe();
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> load(String model) {
    return over.load(model);
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> unload(String model) {
    return over.unload(model);
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> delete(String model) {
    return over.delete(model);
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> copy(String source, String destination) {
    return over.copy(source, destination);
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> show(String model, ByteString body) {
    return over.show(model, body);
  }

  @Override
  public Source<PullLine, NotUsed> pull(String model, ByteString body) {
    return over.pull(model, body);
  }
}
