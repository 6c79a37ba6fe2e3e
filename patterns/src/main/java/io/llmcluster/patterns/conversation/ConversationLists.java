package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.history.Newest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conversations that lists show, newest first; of too many, the oldest are dropped. Apart from
 * them as many that are deleted: what of them is left in the store has to be erased.
 */
public final class ConversationLists implements ListActor.Listing {

  private final Newest<ConversationSummary> open;
  private final Newest<ConversationSummary> deleted;

  public ConversationLists(int most) {
    this.open = newest(most);
    this.deleted = newest(most);
  }

  private static Newest<ConversationSummary> newest(int most) {
    return new Newest<>(most, ConversationSummary::id, ConversationSummary::createdAt);
  }

  /**
   * What an event means for a list, without the prompts, options and texts that it carries.
   *
   * @param begun what the conversation began with; null: it began before
   * @param deleted whether it has gone
   */
  private record Note(
      ConversationSummary.@Nullable Begun begun,
      int messages,
      int open,
      boolean deleted,
      long at) {}

  /** Which events a list is made of. */
  static boolean concerns(ConversationEvent event) {
    return event instanceof ConversationEvent.ConversationCreated
        || event instanceof ConversationEvent.MessagePosted
        || event instanceof ConversationEvent.TurnAnswered
        || event instanceof ConversationEvent.TurnFailed
        || event instanceof ConversationEvent.TurnInterrupted
        || event instanceof ConversationEvent.ConversationDeleted;
  }

  @Override
  public Object brief(Object stored) {
    ConversationEvent event = (ConversationEvent) stored;
    if (event instanceof ConversationEvent.ConversationCreated created) {
      return new Note(ConversationSummary.Begun.of(created.definition()), 0, 0, false, event.at());
    }
    if (event instanceof ConversationEvent.MessagePosted) {
      return new Note(null, 1, 1, false, event.at());
    }
    boolean deleted = event instanceof ConversationEvent.ConversationDeleted;
    return new Note(null, 0, deleted ? 0 : -1, deleted, event.at());
  }

  @Override
  public void add(String id, long sequenceNr, Object brief) {
    Note note = (Note) brief;
    ConversationSummary before = open.get(id);
    ConversationSummary.Begun begun = note.begun();
    if (begun != null && before == null) {
      deleted.remove(id); // it was erased, and this is another one, or its deletion follows again
      open.put(ConversationSummary.begun(id, begun, sequenceNr));
    } else if (before != null && sequenceNr > before.sequenceNr()) {
      open.put(before.after(note.messages(), note.open(), note.at(), sequenceNr));
    }
    ConversationSummary after = open.get(id);
    if (note.deleted() && after != null) {
      open.remove(id);
      deleted.put(after);
    }
  }

  @Override
  public void removeAll(Collection<String> ids) {
    ids.forEach(open::remove);
    ids.forEach(deleted::remove);
  }

  /** A page of those that match. */
  public ConversationPage page(ConversationFilter filter, int offset, int limit) {
    Newest<ConversationSummary> all =
        filter.state() == ConversationFilter.State.DELETED ? deleted : open;
    List<ConversationSummary> matching = all.stream().filter(filter::matches).toList();
    return new ConversationPage(
        matching.stream().skip(offset).limit(limit).toList(), matching.size());
  }
}
