package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.workflow.Watchers;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Turns what is heard on other threads into messages.
 *
 * @param self the conversation's actor
 * @param watchers for whom pieces of text are worth a message
 */
record Ear(ActorRef<ConversationCommand> self, Watchers watchers) implements Works.Listener {

  @Override
  public void piece(Work work, int offset, String text) {
    if (work instanceof Work.Answering && watchers.any()) {
      self.tell(new Own.PieceHeard(work, offset, text));
    }
  }

  @Override
  public void ended(Work work, CallResult result) {
    self.tell(new Own.WorkEnded(work, result));
  }

  @Override
  public void lost(Work work) {
    self.tell(new Own.ChildLost(work));
  }
}
