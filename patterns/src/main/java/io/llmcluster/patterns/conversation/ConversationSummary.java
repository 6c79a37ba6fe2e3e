package io.llmcluster.patterns.conversation;

/**
 * A conversation in a list.
 *
 * @param messages that were posted
 * @param open of these, so many have no end of their turn yet
 * @param createdAt ms since 1970
 * @param changedAt when the last message came or was over, ms since 1970
 * @param sequenceNr of the last event that counts here
 */
public record ConversationSummary(
    String id,
    String tenant,
    String title,
    String agent,
    String pattern,
    int messages,
    int open,
    long createdAt,
    long changedAt,
    long sequenceNr) {

  /** What a list shows of what a conversation began with. */
  record Begun(String tenant, String title, String agent, String pattern, long createdAt) {

    static Begun of(ConversationDefinition definition) {
      return new Begun(
          definition.tenant(),
          definition.title(),
          definition.agent(),
          definition.pattern(),
          definition.createdAt());
    }
  }

  static ConversationSummary begun(String id, Begun begun, long sequenceNr) {
    return new ConversationSummary(
        id,
        begun.tenant(),
        begun.title(),
        begun.agent(),
        begun.pattern(),
        0,
        0,
        begun.createdAt(),
        begun.createdAt(),
        sequenceNr);
  }

  /** Whether a turn is under way or waits. */
  public boolean running() {
    return open > 0;
  }

  ConversationSummary after(int moreMessages, int moreOpen, long at, long number) {
    return new ConversationSummary(
        id,
        tenant,
        title,
        agent,
        pattern,
        messages + moreMessages,
        open + moreOpen,
        createdAt,
        at,
        number);
  }
}
