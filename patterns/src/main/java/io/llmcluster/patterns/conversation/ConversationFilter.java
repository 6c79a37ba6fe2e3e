package io.llmcluster.patterns.conversation;

/**
 * Which conversations are wanted.
 *
 * @param state of their turns
 * @param changedBefore ms since 1970
 */
public record ConversationFilter(State state, long changedBefore) {

  public static final ConversationFilter ALL = new ConversationFilter(State.ANY, Long.MAX_VALUE);

  /** Whether a turn is under way or waits. */
  public enum State {
    ANY,
    IDLE,
    RUNNING
  }

  boolean matches(ConversationSummary conversation) {
    return (state == State.ANY || conversation.running() == (state == State.RUNNING))
        && conversation.changedAt() < changedBefore;
  }
}
