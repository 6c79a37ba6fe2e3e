package io.llmcluster.gateway.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.JsonBody;
import io.llmcluster.gateway.pattern.PatternApi;
import io.llmcluster.gateway.pattern.WaitParameter;
import io.llmcluster.gateway.pattern.WorkflowAnswers;
import io.llmcluster.gateway.pattern.WorkflowIds;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.WorkflowReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Requests to be divided, in the words of Ollama's chat and generate. */
final class Submissions {

  private final Workflows workflows;
  private final JsonBody bodies;
  private final Reading reading;

  Submissions(Workflows workflows, JsonBody bodies, Reading reading) {
    this.workflows = workflows;
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
    if (body.hasNonNull("format") && !body.path("format").asText("{}").isEmpty()) {
      throw new WireException(400, "format: not for a decomposition (expected: none)");
    }
    body.remove(other);
    Duration wait = WaitParameter.of(PatternApi.query(exchange, "wait"));
    String id = WorkflowIds.of(PatternApi.TENANT, PatternApi.header(exchange, "Idempotency-Key"));
    return workflows
        .submit(id, Decomposition.PATTERN, body, PatternApi.TENANT)
        .thenCompose(
            reply -> {
              if (reply instanceof WorkflowReply.Refused refused) {
                throw WorkflowAnswers.refused(refused);
              }
              return reading.planned(id, wait);
            })
        .thenApply(
            read ->
                JsonBody.answer(202, read.now().summary())
                    .addHeader(RawHeader.create("ETag", read.version()))
                    .addHeader(RawHeader.create("Location", WorkflowPath.PREFIX + id)));
  }
}
