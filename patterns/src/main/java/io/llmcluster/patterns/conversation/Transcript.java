package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.conversation.ConversationHistory.Recorded;
import io.llmcluster.patterns.conversation.TranscriptEntry.Status;
import io.llmcluster.patterns.workflow.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A conversation read from its journal: its state, and those of its messages and answers that are
 * wanted. Used by one reader.
 */
public final class Transcript {

  /** Which messages and answers are wanted. */
  public interface Wanted {

    /** A page: those after a number. */
    static Wanted page(int after, int limit) {
      return new Wanted() {
        @Override
        public boolean message(int number, String messageId, int found) {
          return number > after && found < limit;
        }

        @Override
        public boolean answer(int number, int toMessage, int found) {
          return number > after && found < limit;
        }
      };
    }

    /** One message and its answer. */
    static Wanted turn(String wanted) {
      return new Wanted() {
        private int number;

        @Override
        public boolean message(int candidate, String messageId, int found) {
          if (messageId.equals(wanted)) {
            number = candidate;
            return true;
          }
          return false;
        }

        @Override
        public boolean answer(int candidate, int toMessage, int found) {
          return number > 0 && toMessage == number;
        }
      };
    }

    /**
     * @param found how many there are already
     */
    boolean message(int number, String messageId, int found);

    /**
     * @param toMessage number of the message that it answers
     * @param found how many there are already
     */
    boolean answer(int number, int toMessage, int found);
  }

  private final Wanted wanted;
  private final List<TranscriptEntry> entries = new ArrayList<>();
  private final Map<Integer, Integer> placeOf = new HashMap<>();
  private ConversationState state = new ConversationState.Absent();
  private long sequenceNr;
  private int summariesReissued;
  private long summaryTokensLost;

  private final boolean whole;

  /**
   * @param whole whether it is read from the first event on; or else only messages and answers are
   *     made of it
   */
  Transcript(Wanted wanted, boolean whole) {
    this.wanted = wanted;
    this.whole = whole;
  }

  /**
   * Without the ids of its messages. Of a part of a conversation only that it is deleted is known.
   */
  public ConversationState state() {
    return state;
  }

  /** Of the last event; 0: there is no such conversation. */
  public long sequenceNr() {
    return sequenceNr;
  }

  /**
   * What crashes and moves have cost its summaries, which belong to no message: {@code reused} is
   * 0. Known only of a whole conversation.
   */
  public Receipt summaries() {
    return new Receipt(summariesReissued, summaryTokensLost, 0);
  }

  /** What was wanted, in the order in which it came. */
  public List<TranscriptEntry> entries() {
    return List.copyOf(entries);
  }

  Transcript and(Recorded recorded) {
    ConversationEvent event = recorded.event();
    if (whole) {
      ConversationState next = ConversationFold.apply(state, event);
      state = next instanceof ConversationState.Open open ? open.withoutKnown() : next;
    } else if (event instanceof ConversationEvent.ConversationDeleted) {
      state = new ConversationState.Deleted();
    }
    sequenceNr = recorded.sequenceNr();
    if (event instanceof ConversationEvent.MessagePosted posted) {
      if (wanted.message(posted.number(), posted.messageId(), entries.size())) {
        add(TranscriptEntry.message(posted, sequenceNr));
      }
    } else if (event instanceof ConversationEvent.TurnStarted started) {
      change(started.message(), entry -> entry.started(started));
    } else if (event instanceof ConversationEvent.TurnAnswered answered) {
      change(answered.message(), entry -> entry.over(Status.ANSWERED, ""));
      if (wanted.answer(answered.number(), answered.message(), entries.size())) {
        add(TranscriptEntry.answer(answered, sequenceNr));
      }
    } else if (event instanceof ConversationEvent.TurnFailed failed) {
      change(failed.message(), entry -> entry.over(Status.FAILED, failed.reason()));
    } else if (event instanceof ConversationEvent.TurnInterrupted interrupted) {
      change(interrupted.message(), entry -> entry.over(Status.INTERRUPTED, "interrupted"));
    } else if (event instanceof ConversationEvent.CompactionStarted started && started.reissued()) {
      summariesReissued++;
      summaryTokensLost += started.tokensLost();
    }
    return this;
  }

  private void add(TranscriptEntry entry) {
    placeOf.put(entry.number(), entries.size());
    entries.add(entry);
  }

  private void change(int number, UnaryOperator<TranscriptEntry> change) {
    Integer place = placeOf.get(number);
    if (place != null) {
      entries.set(place, change.apply(entries.get(place)));
    }
  }
}
