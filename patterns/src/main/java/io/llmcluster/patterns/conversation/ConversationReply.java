package io.llmcluster.patterns.conversation;

import io.llmcluster.core.serialization.ClusterMessage;

/** The answer to a {@link ConversationCommand.Asked}. */
public sealed interface ConversationReply extends ClusterMessage {

  /**
   * It is done and durable.
   *
   * @param sequenceNr of the last event
   */
  record Done(long sequenceNr) implements ConversationReply {}

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
    /** Too many messages wait already; later there is room again. */
    FULL,
    /** Nobody is there who could answer; later there may be. */
    UNAVAILABLE
  }
}
