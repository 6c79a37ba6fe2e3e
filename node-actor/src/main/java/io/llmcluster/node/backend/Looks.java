package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.node.translate.Json;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Short bounded GETs by which a backend is looked at. */
final class Looks {

  /** The largest list of models that is read. */
  private static final int MAX_BYTES = 16 << 20;

  private final BackendHttp http;
  private final BackendAnswers answers;
  private final BackendSettings settings;

  Looks(BackendHttp http, BackendAnswers answers, BackendSettings settings) {
    this.http = http;
    this.answers = answers;
    this.settings = settings;
  }

  /** What a look fails with: how the backend is, and why. */
  static final class Trouble extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final NodeHealth health;

    Trouble(NodeHealth health, String reason) {
      super(reason, null, false, false);
      this.health = health;
    }

    BackendStatus toStatus() {
      return BackendStatus.trouble(health, String.valueOf(getMessage()));
    }
  }

  /** The JSON object at the path; fails with {@link Trouble}. */
  CompletionStage<JsonNode> get(String path) {
    CompletableFuture<org.apache.pekko.Done> timeUp =
        new CompletableFuture<org.apache.pekko.Done>()
            .completeOnTimeout(
                org.apache.pekko.Done.getInstance(),
                settings.probeTimeout().toMillis(),
                java.util.concurrent.TimeUnit.MILLISECONDS);
    return http.send(Calls.get(path), settings.probeTimeout(), timeUp)
        .thenCompose(
            answer ->
                answers
                    .gathered(answer, MAX_BYTES, settings.probeTimeout())
                    .thenApply(body -> read(path, answer, Json.parse(body))))
        .handle(
            (json, failure) -> {
              boolean late = !timeUp.complete(org.apache.pekko.Done.getInstance());
              if (failure != null) {
                throw trouble(path, failure, late);
              }
              return json;
            });
  }

  private JsonNode read(String path, BackendHttp.Answer answer, JsonNode json) {
    if (answer.status() == 503) {
      String reason = json.path("error").path("message").asText(json.path("error").asText());
      throw new Trouble(NodeHealth.BUSY, reason.isEmpty() ? "it answers 503" : oneLine(reason));
    }
    if (answer.status() != 200) {
      throw new Trouble(NodeHealth.BROKEN, path + " answers " + answer.status());
    }
    if (!json.isObject()) {
      throw new Trouble(
          NodeHealth.BROKEN, path + " answers " + answer.mediaType() + " that is not its JSON");
    }
    return json;
  }

  private Trouble trouble(String path, Throwable failure, boolean late) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof Trouble known) {
      return known;
    }
    if (late) {
      return new Trouble(
          NodeHealth.DOWN,
          path + " does not answer within " + settings.probeTimeout().toMillis() + " ms");
    }
    if (cause instanceof BackendException.Unreachable) {
      return new Trouble(NodeHealth.DOWN, "cannot be reached at " + http.address());
    }
    return new Trouble(
        NodeHealth.BROKEN, path + ": " + oneLine(String.valueOf(cause.getMessage())));
  }

  private static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 200 ? line.substring(0, 200) : line;
  }
}
