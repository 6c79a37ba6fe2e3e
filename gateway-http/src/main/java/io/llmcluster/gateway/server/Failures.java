package io.llmcluster.gateway.server;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.storage.StoreOutage;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.UnknownModel;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.NoStoreException;
import io.llmcluster.patterns.program.RefusedRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The one place where failures become HTTP: what the client did wrong is 4xx, what may be there
 * again soon (a node, the store, a workflow that moves) is 503 with {@code Retry-After}, and
 * whatever nobody foresaw is 500, with its cause in the log only.
 */
public final class Failures {

  /** A node that is lost is found to be up again, or moves to another member, within seconds. */
  private static final Duration OUTAGE = Duration.ofSeconds(5);

  /** What nobody will read, because the client went away (nginx' number, which Ollama uses too). */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private Failures() {}

  /** With every failure answered, in the native envelope. */
  public static Handler answered(Handler handler) {
    return exchange -> {
      try {
        return handler
            .handle(exchange)
            .exceptionally(failure -> toResponse(exchange.id(), Surface.NATIVE, failure));
      } catch (RuntimeException failure) {
        return CompletableFuture.completedStage(toResponse(exchange.id(), Surface.NATIVE, failure));
      }
    };
  }

  /** For an endpoint that asks a model, which has words of its own for a model that is missing. */
  public static HttpResponse toResponse(String requestId, Endpoint endpoint, Throwable failure) {
    return Causes.of(failure) instanceof InferenceFailure.ModelNotFound missing
        ? toResponse(requestId, endpoint.surface(), UnknownModel.refusal(endpoint, missing.model()))
        : toResponse(requestId, endpoint.surface(), failure);
  }

  public static HttpResponse toResponse(String requestId, Surface surface, Throwable failure) {
    Throwable cause = Causes.of(failure);
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof WireException wire) {
      HttpResponse refusal = Replies.error(surface, wire.status(), message);
      return wire.status() == 503 ? Replies.later(refusal, OUTAGE) : refusal;
    }
    if (cause instanceof RefusedRequest refused) {
      return refused.isForNow() ? later(surface, message) : Replies.error(surface, 400, message);
    }
    if (cause instanceof InferenceFailure.ModelNotFound) {
      return Replies.error(surface, 404, message);
    }
    if (cause instanceof InferenceFailure.Cancelled) {
      return Replies.error(surface, CLIENT_CLOSED_REQUEST, message);
    }
    if (cause instanceof InferenceFailure.Overloaded overloaded) {
      return Replies.later(Replies.error(surface, 503, message), overloaded.retryAfter());
    }
    if (cause instanceof InferenceFailure.NoNode || cause instanceof NoStoreException) {
      return later(surface, message);
    }
    if (cause instanceof InferenceFailure.NodeFailed failed) {
      return Replies.servedBy(Replies.error(surface, 502, message), failed.node());
    }
    if (StoreOutage.is(cause)) {
      return later(surface, "the store cannot be reached now, please try again");
    }
    if (cause instanceof TimeoutException) {
      return later(surface, "it does not answer now, please try again");
    }
    return RequestLog.because(
        Replies.error(surface, 500, "internal error, see the log for request " + requestId), cause);
  }

  private static HttpResponse later(Surface surface, String message) {
    return Replies.later(Replies.error(surface, 503, message), OUTAGE);
  }
}
