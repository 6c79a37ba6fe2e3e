package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.serialization.ClusterMessage;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import org.apache.pekko.actor.typed.ActorRef;

/** What can be asked of a conversation, from any member. */
public sealed interface ConversationCommand extends ClusterMessage
    permits ConversationCommand.Asked, ConversationCommand.Watching, ConversationCommand.Wake, Own {

  /** A command that is answered with a {@link ConversationReply}. */
  sealed interface Asked extends ConversationCommand {
    ActorRef<ConversationReply> replyTo();
  }

  /** Begin. The same again (by {@code requestHash}) is answered as the first time. */
  record Create(
      ObjectNode request, String requestHash, String tenant, ActorRef<ConversationReply> replyTo)
      implements Asked {}

  /**
   * Take a message. The same again (by {@code messageId} and {@code hash}) is answered as the first
   * time.
   *
   * @param message as the client sent it
   */
  record Post(
      String messageId, ObjectNode message, String hash, ActorRef<ConversationReply> replyTo)
      implements Asked {}

  /**
   * Stop all work and leave memory: the history is to be erased.
   *
   * @param ifIdle only if there is no work
   */
  record Forget(boolean ifIdle, ActorRef<ConversationReply> replyTo) implements Asked {}

  /** Be in memory: something is recorded that has to be carried out. */
  enum Wake implements ConversationCommand {
    INSTANCE
  }

  /** Watching, which changes nothing. */
  sealed interface Watching extends ConversationCommand {}

  /** Tell {@code watcher} of new events and pieces of text, for half a minute; to be repeated. */
  record Watch(ActorRef<WorkflowUpdate> watcher) implements Watching {}

  record Unwatch(ActorRef<WorkflowUpdate> watcher) implements Watching {}
}
