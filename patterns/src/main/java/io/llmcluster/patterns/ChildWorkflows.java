package io.llmcluster.patterns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.conversation.Children;
import io.llmcluster.patterns.program.Plan.End.Answered;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Sink;

/** The workflows that answer a conversation's messages. */
public final class ChildWorkflows implements Children {

  /** So late that nothing of what is recorded is told: only the end is waited for. */
  private static final long NOTHING_RECORDED = Long.MAX_VALUE;

  private final ActorSystem<?> system;
  private final Workflows workflows;

  public ChildWorkflows(ActorSystem<?> system, Workflows workflows) {
    this.system = system;
    this.workflows = workflows;
  }

  @Override
  public Watched begin(String id, String pattern, ObjectNode request, String tenant) {
    SharedKillSwitch stop = KillSwitches.shared(id);
    // Its id stands for the request: after a recovery the memory may be another one by then.
    CompletionStage<CallResult> result =
        workflows
            .ask(id, replyTo -> new WorkflowCommand.Submit(pattern, request, id, tenant, replyTo))
            .thenCompose(
                reply ->
                    reply instanceof WorkflowReply.Refused refused
                        ? refused(refused)
                        : end(id, stop));
    return new Watched(result, stop::shutdown);
  }

  /** Where nobody is there now the turn waits: whoever fails here is asked to look again. */
  private static CompletionStage<CallResult> refused(WorkflowReply.Refused refused) {
    return refused.why() == WorkflowReply.Why.UNAVAILABLE
        ? CompletableFuture.failedStage(new IllegalStateException(refused.reason()))
        : CompletableFuture.completedStage(new CallResult.Failed(refused.reason(), false));
  }

  private CompletionStage<CallResult> end(String id, SharedKillSwitch stop) {
    return workflows
        .follow(id, NOTHING_RECORDED)
        .via(stop.flow())
        .runWith(Sink.ignore(), system)
        .thenCompose(done -> workflows.read(id))
        .thenApply(past -> result(id, past.state()));
  }

  private static CallResult result(String id, WorkflowState state) {
    if (!(state instanceof Ended ended)) {
      throw new IllegalStateException("workflow " + id + " has not ended");
    }
    Answered answer = ended.answer();
    return answer == null
        ? new CallResult.Failed("workflow " + id + ": " + ended.reason(), false)
        : new CallResult.Answered(
            answer.answer(),
            ended.spent().promptTokens(),
            ended.spent().completionTokens(),
            ended.clock().usedMillis(),
            answer.degraded() ? "degraded" : "stop",
            "");
  }

  @Override
  public void cancel(String id) {
    workflows.ask(
        id, replyTo -> new WorkflowCommand.Cancel("its conversation needs it no more", replyTo));
  }
}
