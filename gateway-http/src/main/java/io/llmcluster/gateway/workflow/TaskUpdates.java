package io.llmcluster.gateway.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.ExecutionControl;
import io.llmcluster.gateway.pattern.WorkflowAnswers;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.gateway.workflow.Decomposition.TaskNow;
import io.llmcluster.gateway.workflow.Reading.Read;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.task.TaskStatus;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * What clients say about tasks: that they do one, give it back, have done it or have failed; or
 * that a failed one is to be done again. The first report of a task stands.
 */
final class TaskUpdates {

  /** Whoever does not say who it is. */
  private static final String ANYBODY = "anybody";

  /** Seconds that a task is taken for when nothing is said. */
  private static final int LEASE = 600;

  private static final Set<String> STATUSES =
      Arrays.stream(TaskStatus.values()).map(Enum::name).collect(Collectors.toSet());

  private final Workflows workflows;
  private final JsonBody bodies;
  private final Reading reading;

  TaskUpdates(Workflows workflows, JsonBody bodies, Reading reading) {
    this.workflows = workflows;
    this.bodies = bodies;
    this.reading = reading;
  }

  CompletionStage<HttpResponse> update(Exchange exchange) {
    WorkflowPath path = WorkflowPath.of(exchange);
    if (path.task().isEmpty() || !path.action().isEmpty()) {
      throw path.unknown();
    }
    return bodies
        .read(exchange)
        .thenCompose(
            body ->
                reading
                    .now(path.id())
                    .thenCompose(read -> tell(path, step -> command(step, body), read)));
  }

  CompletionStage<HttpResponse> retry(Exchange exchange, WorkflowPath path) {
    return bodies
        .read(exchange)
        .thenCompose(
            body -> {
              @Nullable Budget more = ExecutionControl.more(body);
              return reading
                  .now(path.id())
                  .thenCompose(
                      read ->
                          tell(
                              path,
                              step ->
                                  replyTo ->
                                      new WorkflowCommand.RetryStep(step.id(), more, replyTo),
                              read));
            });
  }

  private CompletionStage<HttpResponse> tell(
      WorkflowPath path,
      Function<StepRecord, Function<ActorRef<WorkflowReply>, WorkflowCommand.Asked>> command,
      Read read) {
    TaskNow task =
        read.now()
            .task(path.task())
            .orElseThrow(() -> new WireException(404, "task '" + path.task() + "' not found"));
    StepRecord step =
        task.step()
            .orElseThrow(
                () ->
                    new WireException(
                        409,
                        "task '"
                            + path.task()
                            + "' is "
                            + task.view().path("status").asText()
                            + " (expected: one whose dependencies have succeeded)"));
    return workflows
        .ask(path.id(), command.apply(step))
        .thenCompose(
            reply -> {
              if (reply instanceof WorkflowReply.Refused refused) {
                throw refused(refused, step, path.task());
              }
              return reading.now(path.id());
            })
        .thenApply(now -> answer(path, now));
  }

  /** In words that the client knows: of tasks, not of steps. */
  private static WireException refused(
      WorkflowReply.Refused refused, StepRecord step, String task) {
    String reason =
        refused
            .reason()
            .replace("task '" + step.id() + "'", "task '" + task + "'")
            .replace("step '" + step.id() + "'", "task '" + task + "'")
            .replace("a failed step", "a failed task");
    return WorkflowAnswers.refused(new WorkflowReply.Refused(refused.why(), reason));
  }

  private static HttpResponse answer(WorkflowPath path, Read read) {
    ObjectNode answer = read.now().summary().retain("id", "models", "recovery");
    read.now().task(path.task()).ifPresent(task -> answer.set("task", task.view()));
    return JsonBody.answer(200, answer);
  }

  private static Function<ActorRef<WorkflowReply>, WorkflowCommand.Asked> command(
      StepRecord step, ObjectNode body) {
    RequestFields fields = new RequestFields(body);
    if (!fields.has("status")) {
      throw new WireException(
          400, "status: missing (expected: RUNNING, SUCCEEDED, FAILED or READY)");
    }
    String status = fields.oneOf("status", "", STATUSES);
    if (!step.spec().external()) {
      throw new WireException(
          409, "status: the cluster does this task itself (expected: mode external)");
    }
    String owner = fields.text("owner", "");
    String output = fields.text("output", "");
    return switch (TaskStatus.valueOf(status)) {
      case SUCCEEDED ->
          replyTo -> new WorkflowCommand.ReportStep(step.id(), true, output, owner, replyTo);
      case FAILED -> {
        String reason = fields.text("reason", output.isEmpty() ? "reported as failed" : output);
        yield replyTo -> new WorkflowCommand.ReportStep(step.id(), false, reason, owner, replyTo);
      }
      case RUNNING -> {
        long lease = fields.integer("lease", LEASE, 1, NextTasks.LONGEST_LEASE) * 1000L;
        yield take(step, owner, lease);
      }
      case READY -> take(step, owner, 0);
      default ->
          throw new WireException(
              409,
              "status: a task cannot be set to "
                  + status
                  + " (expected: RUNNING, SUCCEEDED, FAILED or READY)");
    };
  }

  private static Function<ActorRef<WorkflowReply>, WorkflowCommand.Asked> take(
      StepRecord step, String owner, long leaseMillis) {
    String by = owner.isEmpty() ? ANYBODY : owner;
    return replyTo -> new WorkflowCommand.TakeSteps(List.of(step.id()), by, leaseMillis, replyTo);
  }
}
