package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.node.translate.Json;
import io.llmcluster.node.translate.NativeAnswers;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A server with OpenAI's API only: llama.cpp's, vLLM, LM Studio. Requests of {@code /v1} are
 * relayed, native ones translated both ways. Its models are its own affair: they cannot be fetched,
 * removed or renamed from outside.
 */
public final class OpenAiBackend implements Backend {

  private static final int MAX_ERROR_BYTES = 4096;

  private final BackendSettings settings;
  private final BackendHttp http;
  private final BackendAnswers answers;
  private final Looks looks;
  private final NativeOverV1 translated;

  /** The server's own names by their key, as the last look found them: it knows no other. */
  private volatile Map<String, InstalledModel> models = Map.of();

  public OpenAiBackend(
      ClassicActorSystemProvider system, BackendAddress address, BackendSettings settings) {
    this(
        system,
        address,
        settings,
        new BackendHttp(system, address, settings, BackendHttp.IDLE_SHORT));
  }

  /**
   * @param http for calls; looks have connections of their own, or a busy server would seem down
   */
  OpenAiBackend(
      ClassicActorSystemProvider system,
      BackendAddress address,
      BackendSettings settings,
      BackendHttp http) {
    this.settings = settings;
    this.http = http;
    this.answers = new BackendAnswers(system, settings);
    this.looks =
        new Looks(
            new BackendHttp(system, address, settings, BackendHttp.IDLE_SHORT), answers, settings);
    this.translated = new NativeOverV1(this::relay, this::ownName, settings.translations());
  }

  @Override
  public BackendKind kind() {
    return BackendKind.OPENAI;
  }

  @Override
  public CompletionStage<BackendAnswer> infer(BackendRequest request) {
    return switch (request.operation()) {
      case GENERATE, CHAT, EMBED, EMBEDDINGS -> translated.infer(request);
      default -> {
        String own = ownName(request.model());
        yield own.equals(request.model())
            ? relay(request)
            : TranslationMemory.during(
                settings.translations(), memory -> renamed(request, own, memory));
      }
    };
  }

  private CompletionStage<BackendAnswer> relay(BackendRequest request) {
    return http.send(Calls.infer(request), settings.firstByteTimeout(), request.cancelled())
        .thenCompose(answer -> answers.ofInference(request, answer))
        .thenApply(OpenAiBackend::meant);
  }

  /**
   * LM Studio says 200 where it means an error. Only what is small enough to be one is looked into.
   */
  private static BackendAnswer meant(BackendAnswer answer) {
    if (answer instanceof BackendAnswer.Whole whole
        && whole.status() == 200
        && whole.body().length() <= MAX_ERROR_BYTES) {
      JsonNode json = Json.parse(whole.body());
      if (json.hasNonNull("error")) {
        throw new BackendException.Garbled(
            "the model server answered 200 with an error: " + NativeAnswers.error(json, 200, ""));
      }
    }
    return answer;
  }

  private String ownName(String model) {
    InstalledModel known = models.get(ModelName.key(model));
    return known == null ? model : known.name();
  }

  /** Relayed bytes are touched only where the server would not know the model's name. */
  private CompletionStage<BackendAnswer> renamed(
      BackendRequest request, String own, LongConsumer memory) {
    if (!(Json.tree(request.body(), memory) instanceof ObjectNode body)) {
      return relay(request);
    }
    String clients = request.model(); // and not the request, for its body
    ByteString named = Json.rope(body.put("model", own));
    return relay(request.as(request.operation(), request.stream(), named))
        .thenApply(answer -> ModelEcho.of(answer, clients));
  }

  @Override
  public CompletionStage<BackendStatus> probe() {
    CompletionStage<JsonNode> props =
        looks.get("/props").exceptionally(unknown -> MissingNode.getInstance());
    return looks
        .get("/v1/models")
        .thenCombine(props, this::status)
        .exceptionally(OllamaBackend::trouble);
  }

  private BackendStatus status(JsonNode listed, JsonNode props) {
    if (!listed.path("data").isArray()) {
      return BackendStatus.trouble(NodeHealth.BROKEN, "/v1/models has no list of models");
    }
    List<InstalledModel> installed = OpenAiStatus.installed(listed);
    Map<String, InstalledModel> byKey = new HashMap<>();
    installed.forEach(model -> byKey.put(ModelName.key(model.name()), model));
    models = Map.copyOf(byKey);
    return new BackendStatus(
        NodeHealth.UP,
        "",
        props.path("build_info").asText(""),
        installed,
        OpenAiStatus.loaded(listed, props),
        OpenAiStatus.parallel(props));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> load(String model) {
    return answer(NativeOverV1.loaded(model, false));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> unload(String model) {
    return answer(NativeOverV1.loaded(model, true));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> delete(String model) {
    return answer(refused("delete"));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> copy(String source, String destination) {
    return answer(refused("copy"));
  }

  @Override
  public Source<PullLine, NotUsed> pull(String model, ByteString body) {
    return Source.single(PullLine.refusal(refused("pull")));
  }

  private static BackendAnswer.Whole refused(String what) {
    return Envelopes.plain(
        400, "this node's server has OpenAI's API only and cannot " + what + " models");
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> show(String model, ByteString body) {
    InstalledModel known = models.get(ModelName.key(model));
    return answer(
        known == null
            ? Envelopes.plain(404, "model '" + model + "' not found")
            : new BackendAnswer.Whole(200, BackendAnswers.JSON, Json.bytes(shown(known))));
  }

  /** What such a server tells of a model, in the form of {@code /api/show}. */
  private static ObjectNode shown(InstalledModel model) {
    ObjectNode shown = Json.object().put("modelfile", "").put("template", "");
    ObjectNode details = shown.putObject("details");
    details
        .put("parent_model", "")
        .put("format", model.details().format())
        .put("family", "")
        .putNull("families");
    details.put("parameter_size", model.details().parameterSize()).put("quantization_level", "");
    ObjectNode info = shown.putObject("model_info");
    if (model.details().contextLength() > 0) {
      info.put("general.context_length", model.details().contextLength());
    }
    shown.putArray("capabilities").add("completion");
    String modified = model.modifiedAt();
    return shown.put("modified_at", modified.isEmpty() ? Instant.EPOCH.toString() : modified);
  }

  private static CompletionStage<BackendAnswer.Whole> answer(BackendAnswer.Whole answer) {
    return CompletableFuture.completedStage(answer);
  }
}
