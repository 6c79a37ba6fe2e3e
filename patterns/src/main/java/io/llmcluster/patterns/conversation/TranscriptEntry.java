package io.llmcluster.patterns.conversation;

import java.util.Locale;

/**
 * A message or an answer in a conversation's history.
 *
 * @param number its place, from 1
 * @param messageId of a message; empty for an answer
 * @param role {@code user} or {@code assistant}
 * @param status of a message; an answer is answered
 * @param attempt of the turn; 0 while it waits
 * @param pattern that answers the message, or "none"; empty for an answer
 * @param child the workflow that answers; empty: a model does
 * @param leftOut older messages that the model was not shown
 * @param error why there is no answer; empty if there is or can be one
 * @param replyTo number of the message that it answers; 0 for a message
 * @param model that answered; empty for a message, or if a pattern answered
 * @param node that made the answer
 * @param tokens read and written
 * @param millis that it took
 * @param doneReason see {@link ConversationEvent.TurnAnswered}
 * @param at ms since 1970
 * @param sequenceNr of its event
 * @param reissued calls of a message's turn that were begun again because one was lost with its
 *     process, or the conversation has moved
 * @param tokensLost see {@link ConversationEvent.TurnStarted}, of all of them
 */
public record TranscriptEntry(
    int number,
    String messageId,
    String role,
    String content,
    Status status,
    int attempt,
    String pattern,
    String child,
    int leftOut,
    String error,
    int replyTo,
    String model,
    String node,
    long tokens,
    long millis,
    String doneReason,
    long at,
    long sequenceNr,
    int reissued,
    long tokensLost) {

  /** How the turn of a message stands. */
  public enum Status {
    QUEUED,
    RUNNING,
    ANSWERED,
    FAILED,
    INTERRUPTED;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public boolean isOver() {
      return this != QUEUED && this != RUNNING;
    }
  }

  static TranscriptEntry message(ConversationEvent.MessagePosted posted, long sequenceNr) {
    return new TranscriptEntry(
        posted.number(),
        posted.messageId(),
        "user",
        posted.content(),
        Status.QUEUED,
        0,
        posted.pattern(),
        "",
        0,
        "",
        0,
        "",
        "",
        0,
        0,
        "",
        posted.at(),
        sequenceNr,
        0,
        0);
  }

  static TranscriptEntry answer(ConversationEvent.TurnAnswered answered, long sequenceNr) {
    return new TranscriptEntry(
        answered.number(),
        "",
        "assistant",
        answered.content(),
        Status.ANSWERED,
        answered.attempt(),
        "",
        "",
        0,
        "",
        answered.message(),
        answered.model(),
        answered.node(),
        answered.promptTokens() + answered.completionTokens(),
        answered.millis(),
        answered.doneReason(),
        answered.at(),
        sequenceNr,
        0,
        0);
  }

  TranscriptEntry started(ConversationEvent.TurnStarted started) {
    return with(
        Status.RUNNING,
        started.attempt(),
        started.child(),
        started.leftOut(),
        "",
        reissued + (started.reissued() ? 1 : 0),
        tokensLost + started.tokensLost());
  }

  TranscriptEntry over(Status how, String reason) {
    return with(how, attempt, child, leftOut, reason, reissued, tokensLost);
  }

  private TranscriptEntry with(
      Status now,
      int nowAttempt,
      String nowChild,
      int nowLeftOut,
      String reason,
      int nowReissued,
      long nowTokensLost) {
    return new TranscriptEntry(
        number,
        messageId,
        role,
        content,
        now,
        nowAttempt,
        pattern,
        nowChild,
        nowLeftOut,
        reason,
        replyTo,
        model,
        node,
        tokens,
        millis,
        doneReason,
        at,
        sequenceNr,
        nowReissued,
        nowTokensLost);
  }
}
