package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.core.stream.OnEnd;
import io.llmcluster.node.translate.Json;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** A server that speaks Ollama's API; requests and answers are relayed as they are. */
public final class OllamaBackend implements Backend {

  private final BackendSettings settings;
  private final BackendHttp http;
  private final BackendAnswers answers;
  private final Looks looks;

  public OllamaBackend(
      ClassicActorSystemProvider system, BackendAddress address, BackendSettings settings) {
    this(
        system,
        address,
        settings,
        new BackendHttp(system, address, settings, BackendHttp.IDLE_LONG));
  }

  /**
   * @param http for calls; looks have connections of their own, or a busy server would seem down
   */
  OllamaBackend(
      ClassicActorSystemProvider system,
      BackendAddress address,
      BackendSettings settings,
      BackendHttp http) {
    this.settings = settings;
    this.http = http;
    this.answers = new BackendAnswers(system, settings);
    this.looks =
        new Looks(
            new BackendHttp(system, address, settings, BackendHttp.IDLE_LONG), answers, settings);
  }

  @Override
  public BackendKind kind() {
    return BackendKind.OLLAMA;
  }

  @Override
  public CompletionStage<BackendAnswer> infer(BackendRequest request) {
    return http.send(Calls.infer(request), settings.firstByteTimeout(), request.cancelled())
        .thenCompose(answer -> answers.ofInference(request, answer));
  }

  @Override
  public CompletionStage<BackendStatus> probe() {
    return looks
        .get("/api/version")
        .thenCombine(
            looks.get("/api/tags").thenCombine(looks.get("/api/ps"), OllamaLists::new),
            (version, lists) ->
                new BackendStatus(
                    NodeHealth.UP,
                    "",
                    version.path("version").asText(""),
                    OllamaStatus.installed(lists.tags()),
                    OllamaStatus.loaded(lists.ps()),
                    0))
        .exceptionally(OllamaBackend::trouble);
  }

  private record OllamaLists(JsonNode tags, JsonNode ps) {}

  static BackendStatus trouble(Throwable failure) {
    Throwable cause = Causes.of(failure);
    return cause instanceof Looks.Trouble trouble
        ? trouble.toStatus()
        : BackendStatus.trouble(NodeHealth.BROKEN, "its answer cannot be read");
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> load(String model) {
    return keep(model, null);
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> unload(String model) {
    return keep(model, 0);
  }

  /** Models that only embed refuse generate; their own endpoint loads and unloads them. */
  private CompletionStage<BackendAnswer.Whole> keep(String model, @Nullable Integer keepAlive) {
    ObjectNode body = Json.object().put("model", model);
    if (keepAlive != null) {
      body.put("keep_alive", keepAlive);
    }
    return call(Calls.post("/api/generate", body))
        .thenCompose(
            answer ->
                answer.status() == 400
                        && answer.body().utf8String().contains("does not support generate")
                    ? call(Calls.post("/api/embed", body))
                    : CompletableFuture.completedStage(answer));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> delete(String model) {
    ByteString body = Json.bytes(Json.object().put("model", model));
    return callWithoutAnswer(Calls.withBody(HttpMethods.DELETE, "/api/delete", body));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> copy(String source, String destination) {
    return callWithoutAnswer(
        Calls.post(
            "/api/copy", Json.object().put("source", source).put("destination", destination)));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> show(String model, ByteString body) {
    return call(
        Calls.post(
            "/api/show", body.isEmpty() ? Json.bytes(Json.object().put("model", model)) : body));
  }

  @Override
  public Source<PullLine, NotUsed> pull(String model, ByteString body) {
    CompletableFuture<Done> left = new CompletableFuture<>();
    return Source.lazyCompletionStageSource(
            () ->
                http.send(
                        Calls.post("/api/pull", streaming(model, body)),
                        settings.firstByteTimeout(),
                        left)
                    .thenCompose(this::progress))
        .via(new OnEnd<>(() -> left.complete(Done.getInstance())))
        .mapMaterializedValue(ignored -> NotUsed.getInstance());
  }

  /** An answer that is no stream is an error that the backend found at once. */
  private CompletionStage<Source<PullLine, NotUsed>> progress(BackendHttp.Answer answer) {
    if (answer.status() == 200) {
      return CompletableFuture.completedStage(
          answers
              .framed(StreamProtocol.PROGRESS, answer.body())
              .mapConcat(Lines::of)
              .map(PullLine::progress));
    }
    return answers.whole(answer).thenApply(whole -> Source.single(PullLine.refusal(whole)));
  }

  private static ByteString streaming(String model, ByteString body) {
    ObjectNode request =
        Json.parse(body) instanceof ObjectNode given ? given : Json.object().put("model", model);
    return Json.bytes(request.put("stream", true));
  }

  private CompletionStage<BackendAnswer.Whole> call(HttpRequest request) {
    return http.send(request, settings.firstByteTimeout(), Calls.never())
        .thenCompose(answers::whole);
  }

  /** Success has an empty body; one with a page in it comes from somebody else. */
  private CompletionStage<BackendAnswer.Whole> callWithoutAnswer(HttpRequest request) {
    return http.send(request, settings.firstByteTimeout(), Calls.never())
        .thenCompose(
            answer ->
                answer.status() == 200
                    ? answers
                        .gathered(answer, settings.maxLineBytes(), settings.stallTimeout())
                        .thenApply(
                            body ->
                                body.isEmpty()
                                    ? new BackendAnswer.Whole(200, BackendAnswers.JSON, body)
                                    : BackendAnswers.checked(answer, body))
                    : answers.whole(answer));
  }
}
