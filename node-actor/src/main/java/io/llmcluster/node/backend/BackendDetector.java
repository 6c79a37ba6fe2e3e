package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.node.Backends;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what answers at an address: an Ollama knows {@code /api/version}, any other server of
 * OpenAI's API {@code /v1/models}, a node port of ours tells its nodes at {@code /health}.
 */
public final class BackendDetector implements Backends {

  private final ClassicActorSystemProvider system;
  private final BackendSettings settings;

  public BackendDetector(ClassicActorSystemProvider system, BackendSettings settings) {
    this.system = system;
    this.settings = settings;
  }

  @Override
  public CompletionStage<Found> look(NodeSpec spec, @Nullable Backend known) {
    if (known != null) {
      return known.probe().thenApply(status -> new Found(known, status));
    }
    BackendAddress address = new BackendAddress(spec.host(), spec.port());
    return switch (spec.backend()) {
      case DEMO -> look(spec, new DemoBackend(settings.translations()));
      case OLLAMA -> look(spec, new OllamaBackend(system, address, settings));
      case EMBEDDED ->
          look(
              spec,
              new V1OverNative(
                  BackendKind.EMBEDDED,
                  new OllamaBackend(system, address, settings),
                  settings.translations()));
      case MEMBER -> look(spec, new MemberBackend(system, address, settings));
      case OPENAI -> look(spec, new OpenAiBackend(system, address, settings));
      case AUTO -> detect(address).thenCompose(found -> lookInto(spec, found));
    };
  }

  private CompletionStage<Found> lookInto(NodeSpec spec, Detected detected) {
    return detected.backend() == null
        ? CompletableFuture.completedStage(new Found(null, detected.trouble()))
        : look(spec, detected.backend());
  }

  /**
   * What answers there.
   *
   * @param backend null if nothing that is known
   * @param trouble why not; meaningless if there is a backend
   */
  public record Detected(@Nullable Backend backend, BackendStatus trouble) {

    private static Detected of(Backend backend) {
      return new Detected(backend, BackendStatus.trouble(NodeHealth.STARTING, ""));
    }
  }

  /** Looks who answers at the address; never fails. */
  public CompletionStage<Detected> detect(BackendAddress address) {
    BackendHttp http = new BackendHttp(system, address, settings, BackendHttp.IDLE_SHORT);
    Looks looks = new Looks(http, new BackendAnswers(system, settings), settings);
    return looks
        .get("/api/version")
        .handle((version, failure) -> recognised(address, version, failure))
        .thenCompose(
            first -> {
              if (first.backend() != null || first.trouble().health() == NodeHealth.DOWN) {
                return CompletableFuture.completedStage(first);
              }
              return looks
                  .get("/v1/models")
                  .handle(
                      (models, failure) ->
                          failure == null && models.path("data").isArray()
                              ? Detected.of(new OpenAiBackend(system, address, settings))
                              : new Detected(null, unknown(first, failure)));
            })
        .thenCompose(
            second -> {
              if (second.backend() != null || second.trouble().health() != NodeHealth.BROKEN) {
                return CompletableFuture.completedStage(second);
              }
              return looks
                  .get("/health")
                  .handle(
                      (health, failure) ->
                          failure == null && health.path("nodes").isArray()
                              ? Detected.of(new MemberBackend(system, address, settings))
                              : second);
            });
  }

  private Detected recognised(
      BackendAddress address, @Nullable JsonNode version, @Nullable Throwable failure) {
    if (version != null && version.path("version").isTextual()) {
      return Detected.of(new OllamaBackend(system, address, settings));
    }
    return new Detected(
        null,
        failure == null
            ? BackendStatus.trouble(NodeHealth.BROKEN, "/api/version has no version")
            : OllamaBackend.trouble(failure));
  }

  /** A server that is loading its model answers 503 to everything: it is busy, not unknown. */
  private static BackendStatus unknown(Detected first, @Nullable Throwable failure) {
    NodeHealth health =
        failure == null ? NodeHealth.BROKEN : OllamaBackend.trouble(failure).health();
    if (health == NodeHealth.BUSY || first.trouble().health() == NodeHealth.BUSY) {
      return BackendStatus.trouble(NodeHealth.BUSY, "the server is not ready yet");
    }
    return BackendStatus.trouble(
        health == NodeHealth.DOWN ? NodeHealth.DOWN : NodeHealth.BROKEN,
        "no Ollama, no OpenAI-compatible server and no node port answers there");
  }
}
