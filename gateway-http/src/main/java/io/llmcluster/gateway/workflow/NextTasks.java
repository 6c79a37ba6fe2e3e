package io.llmcluster.gateway.workflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.gateway.workflow.Decomposition.TaskNow;
import io.llmcluster.gateway.workflow.Reading.Read;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.task.TaskStatus;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Tasks that somebody outside can begin, to look at or to take. */
final class NextTasks {

  /** Seconds of the longest lease: a day. */
  static final int LONGEST_LEASE = 86_400;

  /** Tasks of the largest plan. */
  private static final int MOST = 50;

  private final Workflows workflows;
  private final Reading reading;

  NextTasks(Workflows workflows, Reading reading) {
    this.workflows = workflows;
    this.reading = reading;
  }

  CompletionStage<HttpResponse> next(Exchange exchange, String id) {
    int lease = exchange.number("lease", 0, 1, LONGEST_LEASE);
    int limit = exchange.number("limit", MOST, 1, MOST);
    String named = exchange.query("owner");
    String owner = named.isEmpty() ? "owner-" + UUID.randomUUID() : named;
    return reading
        .now(id)
        .thenCompose(
            read -> {
              List<String> ready =
                  read.now().tasks(TaskStatus.READY).stream()
                      .limit(limit)
                      .map(TaskNow::id)
                      .toList();
              return lease == 0
                  ? CompletableFuture.completedStage(answer(read, ready))
                  : take(id, read, ready, owner, lease);
            });
  }

  private CompletionStage<HttpResponse> take(
      String id, Read read, List<String> ready, String owner, int lease) {
    if (!read.now().isExternal()) {
      throw new WireException(
          409, "lease: the cluster does these tasks itself (expected: mode external)");
    }
    CompletionStage<Void> all = CompletableFuture.completedStage(null);
    for (TaskNow task : read.now().tasks(TaskStatus.READY)) {
      if (ready.contains(task.id()) && task.step().isPresent()) {
        List<String> step = List.of(task.step().get().id());
        all =
            all.thenCompose(
                before ->
                    workflows
                        .ask(
                            id,
                            replyTo ->
                                new WorkflowCommand.TakeSteps(step, owner, lease * 1000L, replyTo))
                        .thenAccept(NextTasks::taken));
      }
    }
    return all.thenCompose(done -> reading.now(id))
        .thenApply(
            now ->
                answer(
                    now,
                    ready.stream()
                        .filter(
                            task ->
                                now.now().task(task).filter(one -> isOf(owner, one)).isPresent())
                        .toList()));
  }

  /** That another was faster leaves the rest to be taken. */
  private static void taken(WorkflowReply reply) {
    if (reply instanceof WorkflowReply.Refused refused
        && refused.why() != WorkflowReply.Why.CONFLICT) {
      throw io.llmcluster.gateway.pattern.WorkflowAnswers.refused(refused);
    }
  }

  private static boolean isOf(String owner, TaskNow task) {
    return task.is(TaskStatus.RUNNING) && task.view().path("owner").asText().equals(owner);
  }

  private static HttpResponse answer(Read read, List<String> ids) {
    ObjectNode answer = read.now().summary().retain("id", "status", "mode", "models", "recovery");
    ArrayNode tasks = answer.putArray("tasks");
    for (String task : ids) {
      read.now().task(task).ifPresent(one -> tasks.add(read.now().withInputs(one)));
    }
    return JsonBody.answer(200, answer);
  }
}
