package io.llmcluster.core.storage;

import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.Sequence;
import org.bson.types.ObjectId;
import pekko.contrib.persistence.mongodb.ObjectIdOffset;

/**
 * The order of a store's events, and from where to read again so that none is missed.
 *
 * <p>An event gets its place in the order before it is written, so one that took longer to write
 * can appear behind a reader that has passed. Readers therefore begin again a little earlier.
 */
enum Offsets {
  /** A counter of the database; it goes up in the order in which transactions began. */
  H2 {
    @Override
    Offset readFrom(JournalOffset offset) {
      if (offset.equals(JournalOffset.START)) {
        return Offset.noOffset();
      }
      return Offset.sequence(Math.max(0, Long.parseLong(offset.text()) - H2_OVERLAP));
    }

    @Override
    JournalOffset later(JournalOffset known, Offset found) {
      long ordering = ((Sequence) found).value();
      boolean further =
          known.equals(JournalOffset.START) || ordering > Long.parseLong(known.text());
      return further ? new JournalOffset(Long.toString(ordering)) : known;
    }
  },

  /**
   * ObjectIds are made by the members: a second of their clock, then something random for each
   * process. The driver may hold a write back for a minute while it waits for a server.
   */
  MONGO {
    @Override
    Offset readFrom(JournalOffset offset) {
      if (offset.equals(JournalOffset.START)) {
        return Offset.noOffset();
      }
      long second = Integer.toUnsignedLong(new ObjectId(offset.text()).getTimestamp());
      int from = (int) Math.max(0, second - MONGO_OVERLAP_SECONDS);
      String earliest = String.format(java.util.Locale.ROOT, "%08x%016x", from, 0);
      return new ObjectIdOffset(earliest, from * 1000L);
    }

    @Override
    JournalOffset later(JournalOffset known, Offset found) {
      String id = ((ObjectIdOffset) found).hexStr();
      return id.compareTo(known.text()) > 0 ? new JournalOffset(id) : known;
    }
  };

  /** More than the events that all connections together may have in their open transactions. */
  static final long H2_OVERLAP = 1_000;

  /** The driver's minute and half a minute for clocks that differ. */
  static final long MONGO_OVERLAP_SECONDS = 90;

  /** Where the store is to begin for a reader that has come to this offset. */
  abstract Offset readFrom(JournalOffset offset);

  /** The later one of what is known and what was found. */
  abstract JournalOffset later(JournalOffset known, Offset found);
}
