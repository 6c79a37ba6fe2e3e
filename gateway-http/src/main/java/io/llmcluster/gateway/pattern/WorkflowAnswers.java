package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;

/** What the endpoints of workflows answer, and how they wait. */
public final class WorkflowAnswers {

  private final Workflows workflows;
  private final Materializer materializer;

  public WorkflowAnswers(Workflows workflows, Materializer materializer) {
    this.workflows = workflows;
    this.materializer = materializer;
  }

  /** The state of a workflow now; fails with {@link WireException} 404 if there is none. */
  public CompletionStage<Past> read(String id) {
    return workflows.read(id).thenApply(past -> known(id, past));
  }

  /**
   * The state of a workflow, when it has ended, or the time is over, or the client has gone; fails
   * with {@link WireException} 404 if there is none, or none any more.
   */
  public CompletionStage<Past> read(Exchange exchange, String id, Duration wait) {
    return read(id)
        .thenCompose(
            past ->
                wait.isZero() || past.state() instanceof WorkflowState.Ended
                    ? CompletableFuture.completedStage(past)
                    : ended(exchange, id, past.sequenceNr(), wait).thenCompose(done -> read(id)));
  }

  static Past known(String id, Past past) {
    if (past.sequenceNr() == 0) {
      throw new WireException(404, "workflow '" + id + "' not found");
    }
    return past;
  }

  private CompletionStage<?> ended(Exchange exchange, String id, long after, Duration wait) {
    return exchange
        .whileClientStays(workflows.follow(id, after))
        .takeWithin(wait)
        .runWith(Sink.ignore(), materializer);
  }

  /** The whole view, with its ETag. */
  public HttpResponse view(String id, Past past) {
    ObjectNode view =
        ExecutionView.of(id, past.state(), workflows.patterns(), System.currentTimeMillis());
    return JsonBody.answer(200, view).addHeader(etag(past));
  }

  /** Two workflows beside each other. */
  HttpResponse comparison(String id, Past past, String otherId, Past other) {
    long now = System.currentTimeMillis();
    return JsonBody.answer(
        200,
        Comparison.of(
            ExecutionView.of(id, past.state(), workflows.patterns(), now),
            ExecutionView.run(past.state()).request(),
            ExecutionView.of(otherId, other.state(), workflows.patterns(), now),
            ExecutionView.run(other.state()).request()));
  }

  static RawHeader etag(Past past) {
    return RawHeader.create("ETag", "\"" + past.sequenceNr() + "\"");
  }

  /** The answer to a command that was carried out, or why it was not. */
  public CompletionStage<HttpResponse> commanded(String id, WorkflowReply reply) {
    if (reply instanceof WorkflowReply.Done done) {
      return read(id)
          .thenApply(
              past ->
                  JsonBody.answer(
                      200,
                      ExecutionView.brief(id, past.state()).put("sequence", done.sequenceNr())));
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
          case UNAVAILABLE -> 503;
        };
    return new WireException(status, refused.reason());
  }
}
