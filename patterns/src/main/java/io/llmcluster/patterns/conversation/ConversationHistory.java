package io.llmcluster.patterns.conversation;

import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.stream.Folded;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** One conversation as its journal has it; nothing is woken for that. */
public final class ConversationHistory {

  private final ActorSystem<?> system;
  private final JournalReader journal;

  public ConversationHistory(ActorSystem<?> system, JournalReader journal) {
    this.system = system;
    this.journal = journal;
  }

  /** An event and its place. */
  public record Recorded(long sequenceNr, ConversationEvent event) {}

  /** What is recorded after one event and up to another, both by number. */
  public Source<Recorded, NotUsed> events(String conversation, long after, long to) {
    return journal
        .events(ConversationActor.persistenceId(conversation).id(), after, to)
        .map(found -> new Recorded(found.sequenceNr(), (ConversationEvent) found.event()));
  }

  /** The state now, with some of the messages. */
  public CompletionStage<Transcript> read(String conversation, Transcript.Wanted wanted) {
    return events(conversation, 0, Long.MAX_VALUE)
        .runWith(Folded.sink(new Transcript(wanted, true), Transcript::and), system);
  }

  /**
   * One message and its answer.
   *
   * @param after number of an event before the message; with 0 all is read, and the state is known
   */
  public CompletionStage<Transcript> turn(String conversation, String messageId, long after) {
    return events(conversation, after, Long.MAX_VALUE)
        .runWith(
            Folded.sink(
                new Transcript(Transcript.Wanted.turn(messageId), after == 0), Transcript::and),
            system);
  }

  /** The workflows that have answered its messages, or are about to. */
  public CompletionStage<Set<String>> children(String conversation) {
    return events(conversation, 0, Long.MAX_VALUE)
        .runWith(
            Folded.sink(
                new LinkedHashSet<String>(),
                (children, next) -> {
                  if (next.event() instanceof ConversationEvent.TurnStarted started
                      && !started.child().isEmpty()) {
                    children.add(started.child());
                  }
                  return children;
                }),
            system)
        .thenApply(children -> children);
  }
}
