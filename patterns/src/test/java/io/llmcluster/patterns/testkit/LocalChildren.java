package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.conversation.Children;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Real workflows of one process, found without sharding. */
public final class LocalChildren implements Children {

  private final TestProcess process;
  private final Map<String, TestWorkflow> started = new ConcurrentHashMap<>();

  public LocalChildren(TestProcess process) {
    this.process = process;
  }

  /** A child that was begun in this process. */
  public TestWorkflow of(String id) {
    return Objects.requireNonNull(started.get(id));
  }

  public boolean knows(String id) {
    return started.containsKey(id);
  }

  @Override
  public Watched begin(String id, String pattern, ObjectNode request, String tenant) {
    CompletableFuture<CallResult> result = new CompletableFuture<>();
    CompletableFuture.runAsync(
        () -> {
          TestWorkflow workflow = started.computeIfAbsent(id, process::start);
          workflow.ask(
              replyTo -> new WorkflowCommand.Submit(pattern, request, id, tenant, replyTo));
          Ended ended = workflow.awaitEnd();
          result.complete(
              ended.answer() == null
                  ? new CallResult.Failed(ended.reason(), false)
                  : new CallResult.Answered(ended.answer().answer(), 1, 1, 1, "stop", ""));
        },
        LocalChildren::ownThread);
    return new Watched(result, () -> result.cancel(false));
  }

  /** It waits, and the common pool has a single thread on a machine of two cores. */
  private static void ownThread(Runnable task) {
    Thread thread = new Thread(task, "child workflow");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void cancel(String id) {
    of(id).ref().tell(new WorkflowCommand.Cancel("not needed", process.member().ignore()));
  }
}
