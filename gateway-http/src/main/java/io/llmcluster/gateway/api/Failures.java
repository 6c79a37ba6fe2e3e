package io.llmcluster.gateway.api;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.gateway.relay.Replies;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.UnknownModel;
import io.llmcluster.gateway.wire.WireException;
import java.util.concurrent.CompletionException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures become HTTP. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** What nobody will read, because the client went away (nginx' number, which Ollama uses too). */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private Failures() {}

  static HttpResponse toResponse(String requestId, Endpoint endpoint, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
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
    LOG.warn("{} {}: {}", requestId, endpoint.path(), message);
    if (cause instanceof InferenceFailure.Overloaded overloaded) {
      return Replies.error(endpoint.surface(), 503, message)
          .addHeader(
              RawHeader.create(
                  "Retry-After", String.valueOf(Math.max(1, overloaded.retryAfter().toSeconds()))));
    }
    if (cause instanceof InferenceFailure.NoNode) {
      return Replies.error(endpoint.surface(), 503, message)
          .addHeader(RawHeader.create("Retry-After", "5"));
    }
    if (cause instanceof InferenceFailure.NodeFailed failed) {
      return Replies.servedBy(Replies.error(endpoint.surface(), 502, message), failed.node());
    }
    LOG.error("{} unforeseen failure", requestId, cause);
    return Replies.error(
        endpoint.surface(), 500, "internal error, see the log for request " + requestId);
  }
}
