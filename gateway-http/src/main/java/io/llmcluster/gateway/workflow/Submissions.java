package io.llmcluster.gateway.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.WaitParameter;
import io.llmcluster.gateway.pattern.WorkflowIds;
import io.llmcluster.gateway.pattern.WorkflowStart;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Requests to be divided, in the words of Ollama's chat and generate. */
final class Submissions {

  private final WorkflowStart start;
  private final JsonBody bodies;
  private final Reading reading;

  Submissions(WorkflowStart start, JsonBody bodies, Reading reading) {
    this.start = start;
    this.bodies = bodies;
    this.reading = reading;
  }

  CompletionStage<HttpResponse> chat(Exchange exchange) {
    return bodies.read(exchange).thenCompose(body -> submit(exchange, body, "messages", "prompt"));
  }

  CompletionStage<HttpResponse> generate(Exchange exchange) {
    return bodies.read(exchange).thenCompose(body -> submit(exchange, body, "prompt", "messages"));
  }

  /** {@code ?wait=} waits for the plan. */
  private CompletionStage<HttpResponse> submit(
      Exchange exchange, ObjectNode body, String question, String other) {
    if (!body.hasNonNull(question)) {
      throw new WireException(
          400,
          question
              + ": missing (expected: "
              + (question.equals("prompt") ? "a text)" : "a list of messages)"));
    }
    body.remove(other);
    Duration wait = WaitParameter.of(exchange.query("wait"));
    String id = WorkflowIds.of(exchange.tenant(), exchange.header("Idempotency-Key"));
    return start
        .begin(exchange, id, Decomposition.PATTERN, body)
        .thenCompose(begun -> reading.planned(exchange, id, wait))
        .thenApply(
            read ->
                JsonBody.answer(202, read.now().summary())
                    .addHeader(RawHeader.create("ETag", read.version()))
                    .addHeader(RawHeader.create("Location", WorkflowPath.PREFIX + id)));
  }
}
