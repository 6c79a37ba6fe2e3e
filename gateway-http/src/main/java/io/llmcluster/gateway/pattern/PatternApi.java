package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Beginning patterns, reading and listing their runs. */
public final class PatternApi {

  static final String PATTERNS = "/api/patterns/";
  static final String EXECUTION = "/api/patterns/execution/";

  private final Workflows workflows;
  private final WorkflowStart start;
  private final JsonBody bodies;
  private final WorkflowAnswers answers;
  private final ExecutionControl control;
  private final EventStreams events;

  public PatternApi(
      Workflows workflows,
      JsonBody bodies,
      WorkflowAnswers answers,
      ExecutionControl control,
      EventStreams events) {
    this.workflows = workflows;
    this.start = new WorkflowStart(workflows);
    this.bodies = bodies;
    this.answers = answers;
    this.control = control;
    this.events = events;
  }

  public void addTo(Router router) {
    ExecutionLists lists = new ExecutionLists(workflows, Clock.systemUTC());
    router
        .at(HttpMethods.GET, "/api/patterns/executions", lists::list)
        .below(HttpMethods.GET, EXECUTION, this::get)
        .below(HttpMethods.POST, EXECUTION, control::command)
        .below(HttpMethods.DELETE, EXECUTION, control::erase)
        .below(HttpMethods.POST, PATTERNS, this::submit);
  }

  private CompletionStage<HttpResponse> submit(Exchange exchange) {
    String pattern = exchange.request().getUri().path().substring(PATTERNS.length());
    return bodies.read(exchange).thenCompose(request -> submit(exchange, pattern, request));
  }

  /** Answers with where the workflow is, or with its end if the client waits for it. */
  private CompletionStage<HttpResponse> submit(
      Exchange exchange, String pattern, ObjectNode request) {
    Duration wait = WaitParameter.of(exchange.query("wait"));
    String id = WorkflowIds.of(exchange.tenant(), exchange.header("Idempotency-Key"));
    return start
        .begin(exchange, id, pattern, request)
        .thenCompose(begun -> answers.read(exchange, id, wait))
        .thenApply(past -> accepted(id, past, !wait.isZero()));
  }

  private HttpResponse accepted(String id, Past past, boolean waited) {
    if (waited && past.state() instanceof WorkflowState.Ended) {
      return answers.view(id, past);
    }
    return JsonBody.answer(202, ExecutionView.accepted(id, past.state()))
        .addHeader(RawHeader.create("Location", EXECUTION + id));
  }

  private CompletionStage<HttpResponse> get(Exchange exchange) {
    ExecutionPath path = ExecutionPath.of(exchange, EXECUTION);
    return switch (path.action()) {
      case "" ->
          answers
              .read(exchange, path.id(), WaitParameter.of(exchange.query("wait")))
              .thenApply(past -> unlessKnown(exchange, path.id(), past));
      case "compare" -> compare(path.id(), exchange.query("with"));
      case "events" -> events.serve(exchange, path.id());
      default -> throw path.unknown();
    };
  }

  private CompletionStage<HttpResponse> compare(String id, String other) {
    if (!WorkflowIds.isValid(other)) {
      throw new WireException(
          400,
          "with: "
              + (other.isEmpty() ? "missing" : other)
              + " (expected: the id of another workflow)");
    }
    return answers
        .read(id)
        .thenCombine(answers.read(other), (a, b) -> answers.comparison(id, a, other, b));
  }

  private HttpResponse unlessKnown(Exchange exchange, String id, Past past) {
    return exchange.header("If-None-Match").equals(WorkflowAnswers.etag(past).value())
        ? HttpResponse.create().withStatus(304).addHeader(WorkflowAnswers.etag(past))
        : answers.view(id, past);
  }
}
