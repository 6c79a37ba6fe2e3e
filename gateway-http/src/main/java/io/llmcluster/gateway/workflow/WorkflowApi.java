package io.llmcluster.gateway.workflow;

import io.llmcluster.gateway.pattern.ExecutionControl;
import io.llmcluster.gateway.pattern.WaitParameter;
import io.llmcluster.gateway.pattern.WorkflowAnswers;
import io.llmcluster.gateway.pattern.WorkflowStart;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.workflow.Reading.Read;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;

/** Dividing a request into tasks, following them, doing them, and clearing up. */
public final class WorkflowApi {

  private static final Set<String> COMMANDS = Set.of("pause", "resume", "cancel", "input", "fork");

  private final Reading reading;
  private final Submissions submissions;
  private final NextTasks next;
  private final TaskUpdates updates;
  private final Cleanup cleanup;
  private final ExecutionControl control;

  private WorkflowApi(
      Reading reading,
      Submissions submissions,
      NextTasks next,
      TaskUpdates updates,
      Cleanup cleanup,
      ExecutionControl control) {
    this.reading = reading;
    this.submissions = submissions;
    this.next = next;
    this.updates = updates;
    this.cleanup = cleanup;
    this.control = control;
  }

  public static void addTo(
      Router router,
      PatternSettings patterns,
      Workflows workflows,
      RequestBody requests,
      Materializer materializer) {
    Clock clock = Clock.systemUTC();
    JsonBody bodies = new JsonBody(requests, patterns.maxRequestBytes());
    WorkflowAnswers answers = new WorkflowAnswers(workflows, materializer);
    Reading reading = new Reading(workflows, answers, materializer, clock);
    new WorkflowApi(
            reading,
            new Submissions(new WorkflowStart(workflows), bodies, reading),
            new NextTasks(workflows, reading),
            new TaskUpdates(workflows, bodies, reading),
            new Cleanup(workflows, bodies, clock),
            new ExecutionControl(workflows, bodies, answers))
        .addTo(router);
  }

  private void addTo(Router router) {
    router
        .at(HttpMethods.POST, "/api/workflow/decompose/chat", submissions::chat)
        .at(HttpMethods.POST, "/api/workflow/decompose/generate", submissions::generate)
        .at(HttpMethods.POST, "/api/workflow/cleanup", cleanup::cleanup)
        .below(HttpMethods.GET, WorkflowPath.PREFIX, this::get)
        .below(HttpMethods.PUT, WorkflowPath.PREFIX, updates::update)
        .below(HttpMethods.POST, WorkflowPath.PREFIX, this::command);
  }

  private CompletionStage<HttpResponse> get(Exchange exchange) {
    WorkflowPath path = WorkflowPath.of(exchange);
    if (!path.task().isEmpty()) {
      throw path.unknown();
    }
    return switch (path.action()) {
      case "" -> view(exchange, path.id());
      case "next" -> next.next(exchange, path.id());
      case "result" ->
          reading.ended(exchange, path.id(), wait(exchange)).thenApply(WorkflowApi::result);
      default -> throw path.unknown();
    };
  }

  /** Whoever has a version waits for another one; whoever has none, for the end. */
  private CompletionStage<HttpResponse> view(Exchange exchange, String id) {
    String known = exchange.header("If-None-Match");
    return (known.isEmpty()
            ? reading.ended(exchange, id, wait(exchange))
            : reading.changed(exchange, id, known, wait(exchange)))
        .thenApply(
            read ->
                (known.equals(read.version())
                        ? HttpResponse.create().withStatus(304)
                        : JsonBody.answer(200, read.now().view()))
                    .addHeader(RawHeader.create("ETag", read.version())));
  }

  private static Duration wait(Exchange exchange) {
    return WaitParameter.of(exchange.query("wait"));
  }

  private static HttpResponse result(Read read) {
    int status = 202;
    if (read.state() instanceof Ended ended) {
      status = ended.outcome() == Outcome.COMPLETED ? 200 : 409;
    }
    return JsonBody.answer(status, read.now().result());
  }

  private CompletionStage<HttpResponse> command(Exchange exchange) {
    WorkflowPath path = WorkflowPath.of(exchange);
    if (!path.task().isEmpty() && path.action().equals("retry")) {
      return updates.retry(exchange, path);
    }
    if (!path.task().isEmpty() || !COMMANDS.contains(path.action())) {
      throw path.unknown();
    }
    return reading
        .now(path.id())
        .thenCompose(
            read -> control.command(exchange, path.id(), path.action(), WorkflowPath.PREFIX));
  }
}
