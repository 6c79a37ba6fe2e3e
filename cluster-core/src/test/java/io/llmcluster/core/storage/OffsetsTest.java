package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.persistence.query.Offset;
import org.junit.jupiter.api.Test;
import pekko.contrib.persistence.mongodb.ObjectIdOffset;

class OffsetsTest {

  @Test
  void a_reader_begins_with_the_first_event() {
    assertThat(Offsets.H2.readFrom(JournalOffset.START)).isEqualTo(Offset.noOffset());
    assertThat(Offsets.MONGO.readFrom(JournalOffset.START)).isEqualTo(Offset.noOffset());
  }

  @Test
  void the_embedded_store_reads_the_last_thousand_events_again() {
    assertThat(Offsets.H2.readFrom(new JournalOffset("1234"))).isEqualTo(Offset.sequence(234));
    assertThat(Offsets.H2.readFrom(new JournalOffset("7"))).isEqualTo(Offset.sequence(0));
  }

  @Test
  void mongodb_reads_a_minute_and_a_half_again_whatever_comes_after_the_second() {
    Offset from = Offsets.MONGO.readFrom(new JournalOffset("6924c5ffaaaaaaaaaaaaaaaa"));
    assertThat(((ObjectIdOffset) from).hexStr()).isEqualTo("6924c5a50000000000000000");
  }

  @Test
  void an_offset_never_goes_back() {
    JournalOffset known = new JournalOffset("99");
    assertThat(Offsets.H2.later(known, Offset.sequence(100)).text()).isEqualTo("100");
    assertThat(Offsets.H2.later(known, Offset.sequence(98))).isEqualTo(known);
    JournalOffset id = new JournalOffset("6924c5ff000000000000000b");
    assertThat(Offsets.MONGO.later(id, new ObjectIdOffset("6924c5ff000000000000000a", 0)))
        .isEqualTo(id);
    assertThat(Offsets.MONGO.later(id, new ObjectIdOffset("6924c5ff000000000000000c", 0)).text())
        .isEqualTo("6924c5ff000000000000000c");
  }
}
