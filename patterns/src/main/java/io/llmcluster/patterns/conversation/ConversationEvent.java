package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.serialization.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a conversation; its journal. Names and fields are a contract with every later
 * version ({@code src/test/resources/events} holds old payloads that must load). Messages and
 * answers share one numbering, from 1, in the order of the journal; {@code at} is always ms since
 * 1970.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "e")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ConversationEvent.ConversationCreated.class, name = "created"),
  @JsonSubTypes.Type(value = ConversationEvent.MessagePosted.class, name = "posted"),
  @JsonSubTypes.Type(value = ConversationEvent.TurnStarted.class, name = "started"),
  @JsonSubTypes.Type(value = ConversationEvent.TurnAnswered.class, name = "answered"),
  @JsonSubTypes.Type(value = ConversationEvent.TurnFailed.class, name = "failed"),
  @JsonSubTypes.Type(value = ConversationEvent.TurnInterrupted.class, name = "interrupted"),
  @JsonSubTypes.Type(value = ConversationEvent.CompactionStarted.class, name = "compacting"),
  @JsonSubTypes.Type(value = ConversationEvent.Compacted.class, name = "compacted"),
  @JsonSubTypes.Type(value = ConversationEvent.Truncated.class, name = "truncated"),
  @JsonSubTypes.Type(value = ConversationEvent.Released.class, name = "released"),
  @JsonSubTypes.Type(value = ConversationEvent.ConversationDeleted.class, name = "deleted"),
})
public sealed interface ConversationEvent extends StoredMessage {

  long at();

  record ConversationCreated(ConversationDefinition definition, long at)
      implements ConversationEvent {}

  /**
   * A message was taken; it waits for its turn.
   *
   * @param messageId the client's, or made for it
   * @param hash of the message as the client sent it
   * @param pattern that is to answer it, or {@code none}
   * @param speaker who answers if no pattern does; null: the conversation's
   */
  record MessagePosted(
      int number,
      String messageId,
      String hash,
      String content,
      String pattern,
      ObjectNode patternOptions,
      long at,
      @Nullable Speaker speaker)
      implements ConversationEvent {}

  /**
   * An attempt at an answer; persisted before the model is called or the child begun.
   *
   * @param message number of the message that is answered
   * @param attempt from 1
   * @param model that is called; empty: a pattern answers
   * @param child the workflow that answers; empty: a model does
   * @param leftOut older messages that neither fit into the window nor are in the summary yet
   * @param reissued because a crash left the attempt before without a result, or the conversation
   *     has moved; then it has the number of the attempt before
   * @param tokensLost of the prompt that was read for nothing, if it is reissued, at four
   *     characters a token; what the model had written by then nobody knows
   */
  record TurnStarted(
      int message,
      int attempt,
      String model,
      String child,
      int leftOut,
      boolean reissued,
      long at,
      long tokensLost)
      implements ConversationEvent {}

  /**
   * The first result of a turn, from whichever attempt.
   *
   * @param number of the answer
   * @param node that made it; empty if a pattern did
   * @param doneReason the backend's; {@code degraded} if a pattern ended with less than it wanted
   */
  record TurnAnswered(
      int message,
      int number,
      int attempt,
      String content,
      String model,
      String node,
      long promptTokens,
      long completionTokens,
      long millis,
      String doneReason,
      long at)
      implements ConversationEvent {}

  /** The turn has no answer and gets none. */
  record TurnFailed(int message, int attempt, String reason, long at)
      implements ConversationEvent {}

  /** A newer message ended the turn; its message stays. */
  record TurnInterrupted(int message, long at) implements ConversationEvent {}

  /**
   * What is older is being made into a summary.
   *
   * @param through up to which place in the memory, see {@link Memory#covered}
   * @param reissued see {@link TurnStarted}
   * @param tokensLost see {@link TurnStarted}
   */
  record CompactionStarted(int through, int attempt, long at, boolean reissued, long tokensLost)
      implements ConversationEvent {}

  /** The summary takes the place of what it covers. */
  record Compacted(int through, String summary, long promptTokens, long completionTokens, long at)
      implements ConversationEvent {}

  /** What is older leaves the memory without a summary; it stays in the history. */
  record Truncated(int through, String reason, long at) implements ConversationEvent {}

  /**
   * Its actor has left its member on purpose: a call that was under way is begun again elsewhere
   * under the number that it has, since nothing went wrong.
   */
  record Released(long at) implements ConversationEvent {}

  /** It is to be erased; nothing is written after it. */
  record ConversationDeleted(long at) implements ConversationEvent {}
}
