package io.llmcluster.gateway.api;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.relay.Replies;
import io.llmcluster.gateway.server.RequestLog;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.UnknownModel;
import io.llmcluster.gateway.wire.WireException;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The one place where failures become HTTP. */
final class Failures {

  /** A node that is lost is found to be up again, or moves to another member, within seconds. */
  private static final Duration OUTAGE = Duration.ofSeconds(5);

  /** What nobody will read, because the client went away (nginx' number, which Ollama uses too). */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private Failures() {}

  static HttpResponse toResponse(String requestId, Endpoint endpoint, Throwable failure) {
    Throwable cause = Causes.of(failure);
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof WireException wire) {
      return Replies.error(endpoint.surface(), wire.status(), message);
    }
    if (cause instanceof InferenceFailure.ModelNotFound missing) {
      WireException refusal = UnknownModel.refusal(endpoint, missing.model());
      return Replies.error(
          endpoint.surface(), refusal.status(), String.valueOf(refusal.getMessage()));
    }
    if (cause instanceof InferenceFailure.Cancelled) {
      return Replies.error(endpoint.surface(), CLIENT_CLOSED_REQUEST, message);
    }
    if (cause instanceof InferenceFailure.Overloaded overloaded) {
      return Replies.later(
          Replies.error(endpoint.surface(), 503, message), overloaded.retryAfter());
    }
    if (cause instanceof InferenceFailure.NoNode) {
      return Replies.later(Replies.error(endpoint.surface(), 503, message), OUTAGE);
    }
    if (cause instanceof InferenceFailure.NodeFailed failed) {
      return Replies.servedBy(Replies.error(endpoint.surface(), 502, message), failed.node());
    }
    return RequestLog.because(
        Replies.error(
            endpoint.surface(), 500, "internal error, see the log for request " + requestId),
        cause);
  }
}
