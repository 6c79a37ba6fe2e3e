package io.llmcluster.core.storage;

import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Reads what was persisted, with the same words on both stores. Only what is there now: for what
 * comes later, ask again from where the last answer ended.
 *
 * <p>There is one only on members that have the store: those with the role {@code workflow} or
 * {@code gateway} that hold the embedded store, are given {@code storage.server}, or use MongoDB. A
 * gateway that has joined others without any of these cannot read a history.
 *
 * <p>Streams fail if the store is away longer than about a minute.
 */
public final class JournalReader {

  private final CurrentEventsByPersistenceIdQuery byId;
  private final CurrentEventsByTagQuery byTag;
  private final Offsets offsets;

  private <J extends ReadJournal & CurrentEventsByPersistenceIdQuery & CurrentEventsByTagQuery>
      JournalReader(J journal, Offsets offsets) {
    this.byId = journal;
    this.byTag = journal;
    this.offsets = offsets;
  }

  /**
   * @param system one whose configuration has this store ({@link StoreConfig#over})
   */
  public static JournalReader create(ActorSystem<?> system, Store store) {
    PersistenceQuery query = PersistenceQuery.get(system);
    String plugin = StoreConfig.readJournal(store);
    if (store instanceof Store.Mongo) {
      return new JournalReader(
          query.getReadJournalFor(
              pekko.contrib.persistence.mongodb.JavaDslMongoReadJournal.class, plugin),
          Offsets.MONGO);
    }
    return new JournalReader(
        query.getReadJournalFor(
            org.apache.pekko.persistence.jdbc.query.javadsl.JdbcReadJournal.class, plugin),
        Offsets.H2);
  }

  /**
   * The events of one persistent actor, in order.
   *
   * @param afterSequenceNr the last one that is known already; 0: from the first
   * @param toSequenceNr the last one wanted, included
   */
  public Source<EventEnvelope, NotUsed> events(
      String persistenceId, long afterSequenceNr, long toSequenceNr) {
    return toSequenceNr <= afterSequenceNr
        ? Source.empty()
        : byId.currentEventsByPersistenceId(persistenceId, afterSequenceNr + 1, toSequenceNr)
            // MongoDB's plugin keeps events that were stored together in one document and tells all
            // of it.
            .filter(found -> found.sequenceNr() > afterSequenceNr)
            .filter(found -> found.sequenceNr() <= toSequenceNr);
  }

  /**
   * The events with a tag, of all persistent actors. None is missed, but some that came before the
   * offset are told again, and events of different actors may come in another order than before:
   * whoever reads has to know each by its persistence id and sequence number. Tag rare events only;
   * the last minute and a half of them (MongoDB) or the last thousand events of any kind (embedded
   * store) are read again at each call.
   *
   * @param after {@link JournalOffset#START}, or the offset of the last event of the call before
   */
  public Source<TaggedEvent, NotUsed> tagged(String tag, JournalOffset after) {
    return byTag
        .currentEventsByTag(tag, offsets.readFrom(after))
        .statefulMap(
            () -> after,
            (known, found) -> {
              JournalOffset offset = offsets.later(known, found.offset());
              return Pair.create(offset, tagged(found, offset));
            },
            known -> Optional.empty());
  }

  private static TaggedEvent tagged(EventEnvelope found, JournalOffset offset) {
    return new TaggedEvent(
        found.persistenceId(), found.sequenceNr(), found.event(), found.timestamp(), offset);
  }
}
