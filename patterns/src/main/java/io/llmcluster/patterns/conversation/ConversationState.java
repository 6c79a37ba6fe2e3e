package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.serialization.StoredMessage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The life of a conversation. The whole history is in the journal; here is what turns need. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "s")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ConversationState.Absent.class, name = "absent"),
  @JsonSubTypes.Type(value = ConversationState.Open.class, name = "open"),
  @JsonSubTypes.Type(value = ConversationState.Deleted.class, name = "deleted"),
})
public sealed interface ConversationState extends StoredMessage {

  /** Whether something is under way. */
  default boolean works() {
    return this instanceof Open open && !open.work().isEmpty();
  }

  /** Nothing is known of it. */
  record Absent() implements ConversationState {}

  /** It is about to be erased from the store. */
  record Deleted() implements ConversationState {}

  /**
   * It goes on.
   *
   * @param memory what its model can be shown
   * @param queue messages that wait for their turn
   * @param turn that runs; null: none
   * @param compaction that runs; null: none
   * @param known messages by their id
   * @param last number of the newest message or answer
   * @param released whether what is under way was let go on purpose
   */
  record Open(
      ConversationDefinition definition,
      Memory memory,
      List<Waiting> queue,
      @Nullable Turn turn,
      @Nullable Compaction compaction,
      Map<String, Known> known,
      int last,
      boolean released)
      implements ConversationState {

    /** What has to be under way. */
    Set<Work> work() {
      Set<Work> work = new LinkedHashSet<>();
      if (turn != null) {
        work.add(turn.work());
      }
      if (compaction != null) {
        work.add(new Work.Summarizing(compaction.through(), compaction.attempt()));
      }
      return work;
    }

    Open with(Memory next) {
      return new Open(definition, next, queue, turn, compaction, known, last, released);
    }

    Open with(@Nullable Turn next) {
      return new Open(definition, memory, queue, next, compaction, known, last, released);
    }

    Open with(@Nullable Compaction next) {
      return new Open(definition, memory, queue, turn, next, known, last, released);
    }

    Open with(List<Waiting> next) {
      return new Open(definition, memory, next, turn, compaction, known, last, released);
    }

    /** For a reader, who takes no messages: the messages by their id grow with the history. */
    Open withoutKnown() {
      return new Open(definition, memory, queue, turn, compaction, Map.of(), last, released);
    }

    Open released(boolean now) {
      return new Open(definition, memory, queue, turn, compaction, known, last, now);
    }

    Open numbered(int number) {
      return new Open(definition, memory, queue, turn, compaction, known, number, released);
    }
  }

  /** A message that waits for its turn. */
  record Waiting(
      int number,
      String messageId,
      String content,
      String pattern,
      ObjectNode patternOptions,
      @Nullable Speaker speaker) {}

  /** A message that was taken. */
  record Known(int number, String hash) {}

  /**
   * A turn that runs.
   *
   * @param message what is answered
   * @param model see {@link ConversationEvent.TurnStarted}
   * @param child see {@link ConversationEvent.TurnStarted}
   * @param since when this attempt began, ms since 1970
   * @param lost attempts that went with their process; they use up no retry
   */
  record Turn(Waiting message, int attempt, String model, String child, long since, int lost) {

    /** Attempts that have failed, if this one has. */
    int failures() {
      return attempt - lost;
    }

    Work work() {
      return child.isEmpty()
          ? new Work.Answering(message.number(), attempt)
          : new Work.Child(message.number(), child);
    }
  }

  /** A summary that is being made. */
  record Compaction(int through, int attempt, long since) {}
}
