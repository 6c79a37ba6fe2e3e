package io.llmcluster.gateway.server;

import io.grpc.Status;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.storage.StoreOutage;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.UnknownModel;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.NoAnswerException;
import io.llmcluster.patterns.NoStoreException;
import io.llmcluster.patterns.program.RefusedRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures become HTTP: what the client did wrong is 4xx, what may be there
 * again soon (a node, the store, a workflow that moves) is 503 with {@code Retry-After}, and
 * whatever nobody foresaw is 500, with its cause in the log only.
 */
public final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** A node that is lost is found to be up again, or moves to another member, within seconds. */
  private static final Duration OUTAGE = Duration.ofSeconds(5);

  /** What nobody will read, because the client went away (nginx' number, which Ollama uses too). */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private Failures() {}

  /** With every failure answered, in the native envelope. */
  static Handler answered(Handler handler) {
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
    String message = message(requestId, cause);
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
    if (cause instanceof InferenceFailure.TooLarge) {
      return Replies.error(surface, 413, message);
    }
    if (cause instanceof InferenceFailure.NodeFailed failed) {
      return Replies.servedBy(Replies.error(surface, 502, message), failed.node());
    }
    return isForeseen(cause)
        ? later(surface, message)
        : RequestLog.because(Replies.error(surface, 500, message), cause);
  }

  /**
   * HTTP status of a failed call of one node: 413 if it is too large, 503 if it was not reached,
   * 502 if it broke.
   */
  public static int statusOf(Status ofNode) {
    if (CallStatus.isTooLarge(ofNode)) {
      return 413;
    }
    return switch (ofNode.getCode()) {
      case UNAVAILABLE, NOT_FOUND, RESOURCE_EXHAUSTED -> 503;
      default -> 502;
    };
  }

  /**
   * What a client is told of a failure that is a part of an answer and not the whole of it, in the
   * words of {@link #toResponse}. The log has the cause of what nobody foresaw.
   */
  public static String told(String requestId, Throwable failure) {
    Throwable cause = Causes.of(failure);
    String message = message(requestId, cause);
    if (!isForeseen(cause)) {
      LOG.error("{} {}", requestId, message, cause);
    }
    return message;
  }

  private static String message(String requestId, Throwable cause) {
    if (hasWordsForClients(cause)) {
      return String.valueOf(cause.getMessage());
    }
    if (StoreOutage.is(cause)) {
      return "the store cannot be used now (it is away or its disk is full), please try again";
    }
    return cause instanceof TimeoutException
        ? "it does not answer now, please try again"
        : "internal error, see the log for request " + requestId;
  }

  private static boolean isForeseen(Throwable cause) {
    return hasWordsForClients(cause) || StoreOutage.is(cause) || cause instanceof TimeoutException;
  }

  private static boolean hasWordsForClients(Throwable cause) {
    return cause instanceof WireException
        || cause instanceof RefusedRequest
        || cause instanceof InferenceFailure
        || cause instanceof NoStoreException
        || cause instanceof NoAnswerException;
  }

  private static HttpResponse later(Surface surface, String message) {
    return Replies.later(Replies.error(surface, 503, message), OUTAGE);
  }
}
