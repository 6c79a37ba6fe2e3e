package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.serialization.ClusterMessage;
import io.llmcluster.patterns.program.Budget;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What can be asked of a workflow, from any member. */
public sealed interface WorkflowCommand extends ClusterMessage
    permits WorkflowCommand.Asked, WorkflowCommand.Watching, WorkflowCommand.Wake, Own {

  /** A command that is answered with a {@link WorkflowReply}. */
  sealed interface Asked extends WorkflowCommand {
    ActorRef<WorkflowReply> replyTo();
  }

  /**
   * Begin. The same again (by {@code requestHash}) is answered as the first time.
   *
   * @param pattern the program's name
   * @param request as the client sent it
   * @param requestHash of the request
   * @param tenant whose it is
   */
  record Submit(
      String pattern,
      ObjectNode request,
      String requestHash,
      String tenant,
      ActorRef<WorkflowReply> replyTo)
      implements Asked {}

  /**
   * Begin with another workflow's history.
   *
   * @param parent the other workflow
   * @param sequenceNr up to which of its events; 0: all
   * @param changes fields of the request that are to be different; finished steps that depend on
   *     them are made again, see {@link Inheritance}
   */
  record Fork(String parent, long sequenceNr, ObjectNode changes, ActorRef<WorkflowReply> replyTo)
      implements Asked {}

  /** Begin nothing new; open calls are finished and recorded. */
  record Pause(ActorRef<WorkflowReply> replyTo) implements Asked {}

  record Resume(ActorRef<WorkflowReply> replyTo) implements Asked {}

  /** Stop paying: open calls are aborted. */
  record Cancel(@Nullable String reason, ActorRef<WorkflowReply> replyTo) implements Asked {}

  /** The answer to what the workflow asked for. */
  record GiveInput(String input, JsonNode value, ActorRef<WorkflowReply> replyTo)
      implements Asked {}

  /**
   * Make a failed step again, and all that rests on it.
   *
   * @param step empty: all that have failed
   * @param more what it may cost beyond the budget that it has; null: nothing
   */
  record RetryStep(String step, @Nullable Budget more, ActorRef<WorkflowReply> replyTo)
      implements Asked {}

  /** Decide again from the recorded candidates with other parameters and without a model call. */
  record Reaggregate(ObjectNode changes, ActorRef<WorkflowReply> replyTo) implements Asked {}

  /**
   * Take external steps.
   *
   * @param owner who takes them
   * @param leaseMillis for how long, then they are anybody's; 0: they are given back
   */
  record TakeSteps(
      List<String> steps, String owner, long leaseMillis, ActorRef<WorkflowReply> replyTo)
      implements Asked {}

  /**
   * Report on an external step. The same again is answered as the first time; a failure is another
   * one only once the step was taken again, or for another reason.
   *
   * @param succeeded whether {@code output} is its result, or the reason of its failure
   * @param owner who reports; empty: not said, and then nobody's lease is in the way
   */
  record ReportStep(
      String step, boolean succeeded, String output, String owner, ActorRef<WorkflowReply> replyTo)
      implements Asked {}

  /** Leave memory: the history of a workflow that has ended is to be erased. */
  record Forget(ActorRef<WorkflowReply> replyTo) implements Asked {}

  /** Be in memory: something is recorded that has to be carried out. */
  enum Wake implements WorkflowCommand {
    INSTANCE
  }

  /** Watching, which changes nothing. */
  sealed interface Watching extends WorkflowCommand {}

  /** Tell {@code watcher} of new events and pieces of text, for half a minute; to be repeated. */
  record Watch(ActorRef<WorkflowUpdate> watcher) implements Watching {}

  record Unwatch(ActorRef<WorkflowUpdate> watcher) implements Watching {}
}
