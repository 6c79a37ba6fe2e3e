package io.llmcluster.patterns.conversation;

import io.llmcluster.core.serialization.ClusterMessage;
import io.llmcluster.patterns.program.RefusedRequest;

/** The answer to a {@link ConversationCommand.Asked}. */
public sealed interface ConversationReply extends ClusterMessage {

  /**
   * It is done and durable.
   *
   * @param after number of the last event before it; 0: it was done before, nobody knows when
   */
  record Done(long after) implements ConversationReply {}

  /**
   * It is not done, and nothing has changed.
   *
   * @param why in which way it was wrong
   * @param reason one line
   */
  record Refused(Why why, String reason) implements ConversationReply {}

  /** In which way a command was wrong. */
  enum Why {
    /** The request cannot be carried out as it stands. */
    INVALID,
    /** There is no such conversation. */
    UNKNOWN,
    /** It does not fit the state that the conversation is in. */
    CONFLICT,
    /** It does not fit into one message between members, with what the conversation adds to it. */
    TOO_LARGE,
    /** Too many messages wait already; later there is room again. */
    FULL,
    /** Nobody is there who could answer; later there may be. */
    UNAVAILABLE;

    /** What a program says of a request. */
    static Why of(RefusedRequest refused) {
      return refused.isForNow() ? UNAVAILABLE : INVALID;
    }
  }
}
