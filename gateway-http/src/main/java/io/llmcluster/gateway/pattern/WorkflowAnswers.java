package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.relay.Replies;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.NoStoreException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.history.WorkflowStatus;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the endpoints of workflows answer, and how they wait. */
public final class WorkflowAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(WorkflowAnswers.class);

  private final Workflows workflows;
  private final Materializer materializer;

  public WorkflowAnswers(Workflows workflows, Materializer materializer) {
    this.workflows = workflows;
    this.materializer = materializer;
  }

  /**
   * The state of a workflow, when it has ended or the time is over; fails with {@link
   * WireException} 404 if there is none.
   */
  public CompletionStage<Past> read(String id, Duration wait) {
    return workflows
        .read(id)
        .thenCompose(
            past -> {
              if (past.sequenceNr() == 0) {
                throw new WireException(404, "workflow '" + id + "' not found");
              }
              return wait.isZero() || past.state() instanceof WorkflowState.Ended
                  ? java.util.concurrent.CompletableFuture.completedStage(past)
                  : ended(id, past.sequenceNr(), wait).thenCompose(done -> workflows.read(id));
            });
  }

  private CompletionStage<?> ended(String id, long after, Duration wait) {
    return workflows.follow(id, after).takeWithin(wait).runWith(Sink.ignore(), materializer);
  }

  /** The whole view, with its ETag. */
  public HttpResponse view(String id, Past past) {
    ObjectNode view =
        ExecutionView.of(id, past.state(), workflows.patterns(), System.currentTimeMillis());
    return JsonBody.answer(200, view).addHeader(etag(past));
  }

  static RawHeader etag(Past past) {
    return RawHeader.create("ETag", "\"" + past.sequenceNr() + "\"");
  }

  /** The answer to a command that was carried out, or why it was not. */
  public CompletionStage<HttpResponse> commanded(String id, WorkflowReply reply) {
    if (reply instanceof WorkflowReply.Done done) {
      return workflows
          .read(id)
          .thenApply(
              past ->
                  JsonBody.answer(
                      200,
                      JsonBody.JSON
                          .createObjectNode()
                          .put("id", id)
                          .put("status", WorkflowStatus.of(past.state()).id())
                          .put("sequence", done.sequenceNr())));
    }
    throw refused((WorkflowReply.Refused) reply);
  }

  /** A refusal as a failure. */
  public static WireException refused(WorkflowReply.Refused refused) {
    int status =
        switch (refused.why()) {
          case INVALID -> 400;
          case UNKNOWN -> 404;
          case CONFLICT -> 409;
        };
    return new WireException(status, refused.reason());
  }

  /** Any failure of these endpoints, in the native envelope. */
  public static HttpResponse failure(String requestId, Throwable failure) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof RefusedRequest refused) {
      return Replies.error(Surface.NATIVE, 400, String.valueOf(refused.getMessage()));
    }
    if (cause instanceof WireException wire) {
      return Replies.error(Surface.NATIVE, wire.status(), String.valueOf(wire.getMessage()));
    }
    if (cause instanceof NoStoreException) {
      return Replies.error(Surface.NATIVE, 503, String.valueOf(cause.getMessage()));
    }
    LOG.warn("{} workflows: {}", requestId, cause.toString());
    String reason =
        cause instanceof TimeoutException
            ? "it does not answer now, please try again"
            : "the store cannot be reached now, please try again";
    return Replies.error(Surface.NATIVE, 503, reason)
        .addHeader(RawHeader.create("Retry-After", "5"));
  }
}
