package io.llmcluster.patterns.conversation;

/**
 * Which conversations are wanted.
 *
 * @param state of their turns
 * @param changedBefore ms since 1970
 */
public record ConversationFilter(State state, long changedBefore) {

  public static final ConversationFilter ALL = new ConversationFilter(State.ANY, Long.MAX_VALUE);

  /** Whether a turn is under way or waits; of those that are deleted, none. */
  public enum State {
    ANY,
    IDLE,
    RUNNING,

    /** Deleted, and not erased from the store yet; all other states leave these out. */
    DELETED
  }

  boolean matches(ConversationSummary conversation) {
    return (state == State.ANY
            || state == State.DELETED
            || conversation.running() == (state == State.RUNNING))
        && conversation.changedAt() < changedBefore;
  }
}
