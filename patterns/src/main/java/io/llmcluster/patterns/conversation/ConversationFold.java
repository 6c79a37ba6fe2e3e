package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.conversation.ConversationState.Absent;
import io.llmcluster.patterns.conversation.ConversationState.Compaction;
import io.llmcluster.patterns.conversation.ConversationState.Known;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import io.llmcluster.patterns.conversation.ConversationState.Waiting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A conversation's state out of its events. */
final class ConversationFold {

  private ConversationFold() {}

  /**
   * The state after one more event.
   *
   * @throws IllegalStateException for an event that cannot happen in that state; but what comes
   *     before a beginning is what an erasure left that was cut off, and changes nothing
   */
  static ConversationState apply(ConversationState state, ConversationEvent event) {
    if (state instanceof Absent && event instanceof ConversationEvent.ConversationCreated created) {
      return new Open(
          created.definition(), Memory.EMPTY, List.of(), null, null, Map.of(), 0, false);
    }
    if (state instanceof Absent) {
      return event instanceof ConversationEvent.ConversationDeleted
          ? new ConversationState.Deleted()
          : state;
    }
    if (state instanceof Open open) {
      return event instanceof ConversationEvent.ConversationDeleted
          ? new ConversationState.Deleted()
          : onOpen(open.released(event instanceof ConversationEvent.Released), event);
    }
    throw new IllegalStateException(event + " in state " + state);
  }

  private static Open onOpen(Open open, ConversationEvent event) {
    if (event instanceof ConversationEvent.MessagePosted posted) {
      return posted(open, posted);
    }
    if (event instanceof ConversationEvent.TurnStarted started) {
      return started(open, started);
    }
    if (event instanceof ConversationEvent.TurnAnswered answered) {
      return over(open)
          .with(open.memory().add(new Memory.Kept("assistant", answered.content())))
          .numbered(answered.number());
    }
    if (event instanceof ConversationEvent.TurnFailed
        || event instanceof ConversationEvent.TurnInterrupted) {
      return over(open);
    }
    if (event instanceof ConversationEvent.CompactionStarted started) {
      return open.with(new Compaction(started.through(), started.attempt(), started.at()));
    }
    if (event instanceof ConversationEvent.Compacted compacted) {
      return compactionOver(open)
          .with(open.memory().summarized(compacted.through(), compacted.summary()));
    }
    if (event instanceof ConversationEvent.Truncated truncated) {
      return compactionOver(open).with(open.memory().truncated(truncated.through()));
    }
    if (event instanceof ConversationEvent.Released) {
      return open;
    }
    throw new IllegalStateException(event + " in an open conversation");
  }

  private static Open posted(Open open, ConversationEvent.MessagePosted posted) {
    Map<String, Known> known = new LinkedHashMap<>(open.known());
    known.put(posted.messageId(), new Known(posted.number(), posted.hash()));
    List<Waiting> queue = new ArrayList<>(open.queue());
    queue.add(
        new Waiting(
            posted.number(),
            posted.messageId(),
            posted.content(),
            posted.pattern(),
            posted.patternOptions(),
            posted.speaker()));
    return new Open(
        open.definition(),
        open.memory(),
        queue,
        open.turn(),
        open.compaction(),
        known,
        posted.number(),
        open.released());
  }

  private static Open started(Open open, ConversationEvent.TurnStarted started) {
    Turn running = open.turn();
    if (running != null) {
      boolean moved = started.attempt() == running.attempt();
      int lost = running.lost() + (started.reissued() && !moved ? 1 : 0);
      return open.with(turn(running.message(), started, lost));
    }
    Waiting message = open.queue().get(0);
    return open.with(open.queue().subList(1, open.queue().size()))
        .with(open.memory().add(new Memory.Kept("user", message.content())))
        .with(turn(message, started, 0));
  }

  private static Turn turn(Waiting message, ConversationEvent.TurnStarted started, int lost) {
    return new Turn(
        message, started.attempt(), started.model(), started.child(), started.at(), lost);
  }

  private static Open over(Open open) {
    return open.with((Turn) null);
  }

  private static Open compactionOver(Open open) {
    return open.with((Compaction) null);
  }
}
