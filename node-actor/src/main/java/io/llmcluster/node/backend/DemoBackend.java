package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.translate.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A text generator inside the member, for a machine that has no model: deterministic, and in every
 * list and answer known as a demo.
 */
public final class DemoBackend implements Backend {

  /** The only model there is. */
  public static final String MODEL = "demo:latest";

  private static final String MODIFIED = "2026-01-01T00:00:00Z";
  private static final String DIGEST = "de30".repeat(16);
  private static final ModelDetails DETAILS =
      new ModelDetails("", "demo", "demo", List.of("demo"), "0", "none", 4096, DemoText.DIMENSIONS);
  private static final List<String> CAPABILITIES = List.of("completion", "embedding");

  private final Duration perWord;

  /** The adapter asks this backend for native operations only. */
  private final Backend v1;

  private final ByteBudget memory;

  /**
   * @param memory of all requests that are being read, together
   */
  public DemoBackend(ByteBudget memory) {
    this(Duration.ofMillis(20), memory);
  }

  /**
   * @param perWord between two words of a stream
   */
  DemoBackend(Duration perWord, ByteBudget memory) {
    this.perWord = perWord;
    this.memory = memory;
    this.v1 = new V1OverNative(BackendKind.DEMO, this, memory);
  }

  @Override
  public BackendKind kind() {
    return BackendKind.DEMO;
  }

  @Override
  public CompletionStage<BackendAnswer> infer(BackendRequest request) {
    if (!isMine(request.model())) {
      return CompletableFuture.completedStage(notFound(request.operation(), request.model()));
    }
    return switch (request.operation()) {
      case GENERATE, CHAT ->
          TranslationMemory.during(
              memory,
              taken ->
                  CompletableFuture.completedStage(
                      text(request, Json.decodedRequest(request.body(), taken))));
      case EMBED, EMBEDDINGS ->
          TranslationMemory.during(
              memory,
              taken ->
                  CompletableFuture.completedStage(
                      vectors(request, Json.decodedRequest(request.body(), taken))));
      default -> v1.infer(request);
    };
  }

  private static boolean isMine(String model) {
    return ModelName.key(model).equals(MODEL);
  }

  private static BackendAnswer.Whole notFound(Operation operation, String model) {
    return Envelopes.error(operation, 404, "model '" + model + "' not found");
  }

  private BackendAnswer text(BackendRequest request, JsonNode body) {
    boolean chat = request.operation() == Operation.CHAT;
    JsonNode messages = body.path("messages");
    String prompt =
        chat
            ? messages.path(messages.size() - 1).path("content").asText()
            : body.path("prompt").asText();
    if (chat ? messages.isEmpty() : prompt.isEmpty()) {
      boolean unload = body.path("keep_alive").asText().matches("0|0s|0m|0h");
      return whole(
          line(request, chat, "").put("done", true).put("done_reason", unload ? "unload" : "load"));
    }
    String cannot = cannot(body, request.model());
    if (!cannot.isEmpty()) {
      return Envelopes.plain(400, cannot);
    }
    List<String> stops = new ArrayList<>();
    body.path("options").path("stop").forEach(stop -> stops.add(stop.asText()));
    int limit = body.path("options").path("num_predict").asInt(-1);
    DemoText.Answer answer = DemoText.answer(prompt, limit, stops);
    String rest = request.stream() ? "" : String.join("", answer.words());
    ObjectNode last = last(request, chat, rest, prompt, answer);
    if (!chat && !body.path("raw").asBoolean()) {
      last.putArray("context");
    }
    if (!request.stream()) {
      return whole(last);
    }
    List<ByteString> lines = new ArrayList<>();
    for (String word : answer.words()) {
      lines.add(Json.line(line(request, chat, word).put("done", false)));
    }
    lines.add(Json.line(last));
    Source<ByteString, NotUsed> body0 = Source.from(lines);
    return new BackendAnswer.Streamed(
        StreamProtocol.NDJSON.mediaType(), perWord.isZero() ? body0 : body0.throttle(1, perWord));
  }

  /** Why the demo refuses a request, in Ollama's words; empty if it does not. */
  private static String cannot(JsonNode body, String model) {
    String fullName = "registry.ollama.ai/library/" + MODEL;
    JsonNode think = body.path("think");
    if (!body.path("tools").isEmpty()) {
      return fullName + " does not support tools";
    }
    if (!body.path("suffix").asText("").isEmpty()) {
      return fullName + " does not support insert";
    }
    boolean thinks = think.isTextual() ? !think.asText().matches("|false") : think.asBoolean();
    return thinks ? "\"" + model + "\" does not support thinking" : "";
  }

  private static ObjectNode line(BackendRequest request, boolean chat, String text) {
    ObjectNode line =
        Json.object().put("model", request.model()).put("created_at", Instant.now().toString());
    if (chat) {
      line.putObject("message").put("role", "assistant").put("content", text);
    } else {
      line.put("response", text);
    }
    return line;
  }

  private ObjectNode last(
      BackendRequest request, boolean chat, String text, String prompt, DemoText.Answer answer) {
    ObjectNode line =
        line(request, chat, text)
            .put("done", true)
            .put("done_reason", answer.cut() ? "length" : "stop");
    long generating = Math.max(1, perWord.toNanos()) * Math.max(1, answer.words().size());
    line.put("total_duration", generating + 2).put("load_duration", 1);
    line.put("prompt_eval_count", Math.max(1, DemoText.count(prompt)));
    line.put("prompt_eval_duration", 1);
    line.put("eval_count", Math.max(1, answer.words().size()));
    return line.put("eval_duration", generating);
  }

  private static BackendAnswer.Whole vectors(BackendRequest request, JsonNode body) {
    if (request.operation() == Operation.EMBEDDINGS) {
      ObjectNode answer = Json.object();
      ArrayNode vector = answer.putArray("embedding");
      String prompt = body.path("prompt").asText();
      if (!prompt.isEmpty()) {
        vector.addAll(vector(prompt, DemoText.DIMENSIONS));
      }
      return whole(answer);
    }
    List<String> texts = new ArrayList<>();
    JsonNode input = body.path("input");
    if (input.isArray()) {
      input.forEach(text -> texts.add(text.asText()));
    } else if (!input.asText().isEmpty()) {
      texts.add(input.asText());
    }
    int wanted = body.path("dimensions").asInt(DemoText.DIMENSIONS);
    int dimensions = wanted < 1 ? DemoText.DIMENSIONS : Math.min(wanted, DemoText.DIMENSIONS);
    ObjectNode answer = Json.object().put("model", request.model());
    ArrayNode embeddings = answer.putArray("embeddings");
    int tokens = 0;
    for (String text : texts) {
      embeddings.add(vector(text, dimensions));
      tokens += DemoText.count(text);
    }
    if (tokens > 0) {
      answer.put("total_duration", 2).put("load_duration", 1).put("prompt_eval_count", tokens);
    }
    return whole(answer);
  }

  private static ArrayNode vector(String text, int dimensions) {
    ArrayNode vector = Json.object().arrayNode();
    for (double value : DemoText.embedding(text, dimensions)) {
      vector.add((float) value);
    }
    return vector;
  }

  private static BackendAnswer.Whole whole(ObjectNode body) {
    return new BackendAnswer.Whole(200, BackendAnswers.JSON, Json.bytes(body));
  }

  @Override
  public CompletionStage<BackendStatus> probe() {
    return CompletableFuture.completedStage(
        new BackendStatus(
            NodeHealth.UP,
            "",
            "demo",
            List.of(new InstalledModel(MODEL, MODIFIED, 0, DIGEST, DETAILS, CAPABILITIES, "", "")),
            List.of(new LoadedModel(MODEL, 0, 0, 4096, "")),
            0));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> load(String model) {
    return keep(model, "load");
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> unload(String model) {
    return keep(model, "unload");
  }

  private static CompletionStage<BackendAnswer.Whole> keep(String model, String reason) {
    ObjectNode answer =
        Json.object()
            .put("model", model)
            .put("created_at", Instant.now().toString())
            .put("response", "")
            .put("done", true)
            .put("done_reason", reason);
    return answer(isMine(model) ? whole(answer) : notFound(Operation.GENERATE, model));
  }

  private static CompletionStage<BackendAnswer.Whole> answer(BackendAnswer.Whole answer) {
    return CompletableFuture.completedStage(answer);
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> delete(String model) {
    return answer(
        isMine(model)
            ? Envelopes.plain(400, "the built-in demo cannot be deleted")
            : notFound(Operation.GENERATE, model));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> copy(String source, String destination) {
    return answer(Envelopes.plain(400, "the built-in demo cannot be copied"));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> show(String model, ByteString body) {
    if (!isMine(model)) {
      return answer(notFound(Operation.GENERATE, model));
    }
    ObjectNode shown =
        Json.object()
            .put("modelfile", "# The built-in demo: no model, a text made up by rule.")
            .put("template", "");
    ObjectNode details = shown.putObject("details");
    details.put("parent_model", "").put("format", "demo").put("family", "demo");
    details.putArray("families").add("demo");
    details.put("parameter_size", "0").put("quantization_level", "none");
    shown.putObject("model_info").put("general.architecture", "demo");
    ArrayNode capabilities = shown.putArray("capabilities");
    CAPABILITIES.forEach(capabilities::add);
    return answer(whole(shown.put("modified_at", MODIFIED)));
  }

  @Override
  public Source<PullLine, NotUsed> pull(String model, ByteString body) {
    return Source.single(
        isMine(model)
            ? PullLine.progress(Json.bytes(Json.object().put("status", "success")))
            : PullLine.refusal(
                Envelopes.plain(
                    400, "the built-in demo cannot fetch models; start an Ollama for that")));
  }
}
