package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.translate.Json;
import io.llmcluster.node.translate.Refusal;
import io.llmcluster.node.translate.V1Answers;
import io.llmcluster.node.translate.V1Chunks;
import io.llmcluster.node.translate.V1Requests;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Gives a backend that has Ollama's native API only the {@code /v1} endpoints too. */
public final class V1OverNative implements Backend {

  private final BackendKind kind;
  private final Backend over;
  private final ByteBudget memory;

  /**
   * @param kind what it is called
   * @param over is asked for native operations only
   * @param memory of all translations together
   */
  public V1OverNative(BackendKind kind, Backend over, ByteBudget memory) {
    this.kind = kind;
    this.over = over;
    this.memory = memory;
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
    return switch (request.operation()) {
      case V1_CHAT, V1_COMPLETIONS, V1_EMBEDDINGS -> translated(request);
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
  }

  private static CompletionStage<BackendAnswer> answer(BackendAnswer answer) {
    return CompletableFuture.completedStage(answer);
  }

  /** What a backend takes to read the translation is its own affair, and comes afterwards. */
  private CompletionStage<BackendAnswer> translated(BackendRequest request) {
    try {
      Translation translation =
          TranslationMemory.within(memory, taken -> Translation.of(request, taken));
      return over.infer(translation.request()).thenApply(translation.form()::of);
    } catch (Refusal refusal) {
      return answer(Envelopes.error(request.operation(), refusal.status(), refusal.reason()));
    } catch (BackendException noRoom) {
      return CompletableFuture.failedStage(noRoom);
    }
  }

  private record Translation(BackendRequest request, Form form) {

    static Translation of(BackendRequest request, LongConsumer taken) {
      JsonNode v1 = Json.decodedRequest(request.body(), taken);
      boolean stream = request.stream();
      BackendRequest asked =
          switch (request.operation()) {
            case V1_CHAT -> request.as(Operation.CHAT, stream, Json.bytes(V1Requests.chat(v1)));
            case V1_COMPLETIONS ->
                request.as(Operation.GENERATE, stream, Json.bytes(V1Requests.completion(v1)));
            default -> request.as(Operation.EMBED, false, Json.bytes(V1Requests.embedding(v1)));
          };
      return new Translation(asked, Form.of(request.operation(), v1));
    }
  }

  /**
   * What the client expects; kept as long as the answer lasts, instead of the request.
   *
   * @param usage whether a stream ends with what was used
   */
  private record Form(Operation operation, String id, long created, boolean usage, boolean base64) {

    static Form of(Operation operation, JsonNode request) {
      return new Form(
          operation,
          (operation == Operation.V1_CHAT ? "chatcmpl-" : "cmpl-")
              + ThreadLocalRandom.current().nextInt(1000),
          System.currentTimeMillis() / 1000,
          request.path("stream_options").path("include_usage").asBoolean(),
          request.path("encoding_format").asText().equals("base64"));
    }

    BackendAnswer of(BackendAnswer answer) {
      if (answer instanceof BackendAnswer.Streamed streamed) {
        return new BackendAnswer.Streamed("text/event-stream", events(streamed.body()));
      }
      BackendAnswer.Whole whole = (BackendAnswer.Whole) answer;
      JsonNode json = Json.parse(whole.body());
      if (whole.status() != 200) {
        return Envelopes.error(operation, whole.status(), json.path("error").asText());
      }
      ObjectNode v1 =
          switch (operation) {
            case V1_CHAT -> V1Answers.chat(json, id, created);
            case V1_COMPLETIONS -> V1Answers.completion(json, id, created);
            default -> V1Answers.embedding(json, base64);
          };
      return new BackendAnswer.Whole(200, BackendAnswers.JSON, Json.bytes(v1));
    }

    private Source<ByteString, NotUsed> events(Source<ByteString, NotUsed> lines) {
      return lines.statefulMapConcat(
          () -> {
            V1Chunks chunks = new V1Chunks(operation == Operation.V1_CHAT, id, created, usage);
            return element -> {
              ByteString events = ByteString.emptyByteString();
              for (ByteString line : Lines.of(element)) {
                events = events.concat(chunks.events(Json.parse(line)));
              }
              return events.isEmpty() ? List.of() : List.of(events);
            };
          });
    }
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
