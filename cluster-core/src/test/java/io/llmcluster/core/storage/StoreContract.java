package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

/** What holds on every store. */
interface StoreContract {

  /** The same one each time. */
  Store store();

  private static String unique() {
    return "counter|" + UUID.randomUUID();
  }

  private static ActorRef<Counter.Command> filled(
      TestSystem system, String id, String tag, int events) {
    ActorRef<Counter.Command> counter = system.counter(id, tag);
    for (int amount = 1; amount <= events; amount++) {
      system.add(counter, amount);
    }
    return counter;
  }

  @Test
  default void what_was_acknowledged_is_there_after_a_restart() {
    String id = unique();
    try (TestSystem system = TestSystem.start(store())) {
      filled(system, id, "t", 25); // beyond two snapshots
    }
    try (TestSystem system = TestSystem.start(store())) {
      assertThat(system.get(system.counter(id, "t"))).isEqualTo(new Counter.Sum(325, 25));
    }
  }

  @Test
  default void the_events_of_one_actor_are_read_from_where_the_reader_is() {
    String id = unique();
    try (TestSystem system = TestSystem.start(store())) {
      filled(system, id, "t", 5);
      assertThat(system.events(id, 2, 4))
          .extracting(event -> ((Counter.Added) event.event()).amount())
          .containsExactly(3, 4);
      assertThat(system.events(id, 0, Long.MAX_VALUE)).hasSize(5);
      assertThat(system.events(id, 5, Long.MAX_VALUE)).isEmpty();
      assertThat(system.events(id, 4, 2)).isEmpty();
      assertThat(system.events(unique(), 0, Long.MAX_VALUE)).isEmpty();
    }
  }

  @Test
  default void events_that_were_stored_together_are_read_one_by_one_too() {
    String id = unique();
    try (TestSystem system = TestSystem.start(store())) {
      system.addAll(system.counter(id, "t"), 1, 2, 3, 4);
      assertThat(system.events(id, 1, 3))
          .extracting(event -> ((Counter.Added) event.event()).amount())
          .containsExactly(2, 3);
    }
  }

  @Test
  default void tagged_events_of_all_actors_are_found_and_later_ones_after_them() {
    String tag = UUID.randomUUID().toString();
    String one = unique();
    String other = unique();
    String together = unique();
    try (TestSystem system = TestSystem.start(store())) {
      ActorRef<Counter.Command> counter = filled(system, one, tag, 5);
      filled(system, other, tag, 2);
      system.addAll(system.counter(together, tag), 2, 3, 4);
      List<TaggedEvent> first = system.tagged(tag, JournalOffset.START);
      assertThat(first)
          .extracting(event -> event.persistenceId() + "/" + event.sequenceNr())
          .containsExactlyInAnyOrder(
              one + "/1", one + "/3", one + "/5", other + "/1", together + "/2");
      JournalOffset reached = first.get(first.size() - 1).offset();
      system.add(counter, 7);
      List<TaggedEvent> later = system.tagged(tag, reached);
      assertThat(later)
          .extracting(event -> event.persistenceId() + "/" + event.sequenceNr())
          .contains(one + "/6");
      assertThat(later.get(later.size() - 1).offset()).isNotEqualTo(reached);
      assertThat(system.tagged("none-has-it", JournalOffset.START)).isEmpty();
    }
  }

  @Test
  default void what_was_erased_is_gone_and_its_id_begins_anew() {
    String tag = UUID.randomUUID().toString();
    String id = unique();
    String kept = unique();
    try (TestSystem system = TestSystem.start(store())) {
      filled(system, id, tag, 25);
      filled(system, kept, tag, 3);
    }
    try (TestSystem system = TestSystem.start(store())) {
      system.erase(id);
      system.erase(unique()); // what is not there
      assertThat(system.events(id, 0, Long.MAX_VALUE)).isEmpty();
      assertThat(system.tagged(tag, JournalOffset.START))
          .extracting(TaggedEvent::persistenceId)
          .containsOnly(kept);
      ActorRef<Counter.Command> again = system.counter(id, tag);
      assertThat(system.get(again)).isEqualTo(new Counter.Sum(0, 0));
      assertThat(system.add(again, 4)).isEqualTo(new Counter.Sum(4, 1));
    }
  }

  @Test
  default void an_event_of_two_megabytes_is_stored() {
    String id = unique();
    try (TestSystem system = TestSystem.start(store())) {
      ActorRef<Counter.Command> counter = system.counter(id, "t");
      system.add(counter, Counter.BIG);
    }
    try (TestSystem system = TestSystem.start(store())) {
      Counter.Added event = (Counter.Added) system.events(id, 0, 1).get(0).event();
      assertThat(event.filling()).hasSize(2_000_000);
    }
  }
}
