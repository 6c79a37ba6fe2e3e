package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Handler;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Beginning patterns, reading and listing their runs. */
public final class PatternApi {

  static final String PATTERNS = "/api/patterns/";
  static final String EXECUTION = "/api/patterns/execution/";

  /** Whose a workflow is, as long as there are no keys. */
  public static final String TENANT = "default";

  private final Workflows workflows;
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
    this.bodies = bodies;
    this.answers = answers;
    this.control = control;
    this.events = events;
  }

  public void addTo(Router router) {
    ExecutionLists lists = new ExecutionLists(workflows);
    router
        .at(HttpMethods.GET, "/api/patterns/executions", safely(lists::list))
        .below(HttpMethods.GET, EXECUTION, safely(this::get))
        .below(HttpMethods.POST, EXECUTION, safely(control::command))
        .below(HttpMethods.DELETE, EXECUTION, safely(control::erase))
        .below(HttpMethods.POST, PATTERNS, safely(this::submit));
  }

  /** With every failure answered. */
  public static Handler safely(Handler handler) {
    return exchange -> {
      try {
        return handler
            .handle(exchange)
            .exceptionally(failure -> WorkflowAnswers.failure(exchange.id(), failure));
      } catch (RuntimeException failure) {
        return CompletableFuture.completedStage(WorkflowAnswers.failure(exchange.id(), failure));
      }
    };
  }

  private CompletionStage<HttpResponse> submit(Exchange exchange) {
    String pattern = exchange.request().getUri().path().substring(PATTERNS.length());
    return bodies
        .read(exchange)
        .thenCompose(request -> submit(exchange, pattern, request, EXECUTION));
  }

  /**
   * Begins a workflow and answers with where it is, or with its end if the client waits for it.
   *
   * @param location of workflows, to which the id is added
   */
  public CompletionStage<HttpResponse> submit(
      Exchange exchange, String pattern, ObjectNode request, String location) {
    Duration wait = WaitParameter.of(query(exchange, "wait"));
    String id = WorkflowIds.of(TENANT, header(exchange, "Idempotency-Key"));
    return workflows
        .submit(id, pattern, request, TENANT)
        .thenCompose(
            reply -> {
              if (reply instanceof WorkflowReply.Refused refused) {
                throw WorkflowAnswers.refused(refused);
              }
              return answers.read(id, wait);
            })
        .thenApply(past -> accepted(id, past, !wait.isZero(), location));
  }

  private HttpResponse accepted(String id, Past past, boolean waited, String location) {
    if (waited && past.state() instanceof WorkflowState.Ended) {
      return answers.view(id, past);
    }
    WorkflowState state = past.state();
    ObjectNode view =
        state instanceof WorkflowState.Live live
            ? ExecutionView.accepted(id, live.definition(), state)
            : ExecutionView.accepted(id, ((WorkflowState.Ended) state).definition(), state);
    return JsonBody.answer(202, view).addHeader(RawHeader.create("Location", location + id));
  }

  private CompletionStage<HttpResponse> get(Exchange exchange) {
    ExecutionPath path = ExecutionPath.of(exchange, EXECUTION);
    return switch (path.action()) {
      case "" ->
          answers
              .read(path.id(), WaitParameter.of(query(exchange, "wait")))
              .thenApply(past -> unlessKnown(exchange, path.id(), past));
      case "events" -> events.serve(exchange, path.id());
      default -> throw path.unknown();
    };
  }

  private HttpResponse unlessKnown(Exchange exchange, String id, Past past) {
    return header(exchange, "If-None-Match").equals(WorkflowAnswers.etag(past).value())
        ? HttpResponse.create().withStatus(304).addHeader(WorkflowAnswers.etag(past))
        : answers.view(id, past);
  }

  /** A header's value; empty if it is not there. */
  public static String header(Exchange exchange, String name) {
    return exchange.request().getHeader(name).map(HttpHeader::value).orElse("");
  }

  /** A query parameter; empty if it is not there. */
  public static String query(Exchange exchange, String name) {
    return exchange.request().getUri().query().get(name).orElse("");
  }

  /** A query parameter that is a number. */
  public static int number(Exchange exchange, String name, int otherwise, int min, int max) {
    String text = query(exchange, name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw new WireException(
        400, name + ": " + text + " (expected: a whole number from " + min + " to " + max + ")");
  }
}
