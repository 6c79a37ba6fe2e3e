package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.call.CallResult;

/** What a conversation's actor says to itself. */
sealed interface Own extends ConversationCommand {

  record WorkEnded(Work work, CallResult result) implements Own {}

  record PieceHeard(Work work, int offset, String text) implements Own {}

  record ChildLost(Work work) implements Own {}

  /** A child that could not be followed may be there again. */
  enum LookAgain implements Own {
    INSTANCE
  }

  /** After a recovery in mid-turn. */
  enum TakeUp implements Own {
    INSTANCE
  }

  /** Says nothing: a command that is handled takes one out of Pekko's stash. */
  enum Nudge implements Own {
    INSTANCE
  }

  /** Its shard lets it go, to another member or out of memory. */
  enum Leave implements Own {
    INSTANCE
  }

  /** It has waited for a while. */
  enum Idle implements Own {
    INSTANCE
  }
}
