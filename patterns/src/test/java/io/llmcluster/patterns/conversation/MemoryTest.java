package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.conversation.Memory.Kept;
import org.junit.jupiter.api.Test;

class MemoryTest {

  private static Memory.Room room(int tokens) {
    return new Memory.Room(tokens, 100);
  }

  /** Ten messages of 25 tokens. */
  private static Memory ten() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 10; i++) {
      memory = memory.add(new Kept(i % 2 == 0 ? "user" : "assistant", (i + "x".repeat(99))));
    }
    return memory;
  }

  @Test
  void the_window_holds_the_newest_messages_that_fit() {
    Memory.Window window = ten().window(room(80));
    assertThat(window.messages()).isEqualTo(ten().messages().subList(7, 10));
    assertThat(window.leftOut()).isEqualTo(7);
    assertThat(ten().window(room(250)).leftOut()).isZero();
  }

  @Test
  void the_newest_message_is_in_the_window_whatever_its_size() {
    Memory memory = ten().add(new Kept("user", "y".repeat(10_000)));
    assertThat(memory.window(room(80)).messages()).hasSize(1);
    assertThat(Memory.EMPTY.window(room(80)).messages()).isEmpty();
  }

  @Test
  void the_summary_takes_its_part_of_the_window() {
    Memory memory = ten().summarized(2, "s".repeat(100));
    assertThat(memory.window(room(100)).messages()).hasSize(3);
  }

  @Test
  void bytes_bound_the_window_where_they_are_more_than_tokens_tell() {
    Memory wide = Memory.EMPTY;
    for (int i = 0; i < 10; i++) {
      wide = wide.add(new Kept("user", "\u4e2d".repeat(100)));
    }
    long one = new Kept("user", "\u4e2d".repeat(100)).bytes();
    assertThat(one).isGreaterThan(300);
    Memory.Room room = new Memory.Room(10_000, 100, 3 * one + 20);
    assertThat(wide.window(room).messages()).hasSize(3);
    assertThat(wide.window(room).leftOut()).isEqualTo(7);
    Memory summed = wide.summarized(2, "\u4e2d".repeat(100));
    assertThat(summed.window(room).messages()).as("the summary comes first").hasSize(2);
    assertThat(summed.window(room).summary()).isEqualTo(summed.summary());
    Memory.Window tight = summed.window(new Memory.Room(10_000, 100, one + 100));
    assertThat(tight.messages()).hasSize(1);
    assertThat(tight.summary()).isEqualTo("\u4e2d".repeat(30));
    assertThat(summed.window(new Memory.Room(10_000, 100, 0)).messages()).hasSize(1);
    assertThat(summed.window(new Memory.Room(10_000, 100, 0)).summary()).isEmpty();
  }

  @Test
  void half_a_window_stays_as_it_is_when_it_is_compacted() {
    assertThat(ten().compactThrough(room(100))).isEqualTo(8);
    assertThat(ten().upTo(8)).isEqualTo(ten().messages().subList(0, 8));
  }

  @Test
  void a_summary_covers_what_it_was_made_of_and_nothing_that_came_since() {
    Memory memory = ten().add(new Kept("user", "new")).summarized(8, "short");
    assertThat(memory.messages()).hasSize(3);
    assertThat(memory.covered()).isEqualTo(8);
    assertThat(memory.summary()).isEqualTo("short");
    assertThat(memory.truncated()).isFalse();
    assertThat(memory.compactThrough(room(10))).as("places go on").isEqualTo(10);
  }

  @Test
  void a_summary_for_a_memory_that_has_moved_on_is_dropped() {
    Memory moved = ten().truncated(9);
    assertThat(moved.summarized(8, "late")).isEqualTo(moved);
    assertThat(moved.summarized(9, "late")).isEqualTo(moved);
    assertThat(moved.truncated()).isTrue();
  }

  @Test
  void a_single_message_is_nothing_to_compact() {
    Memory memory = Memory.EMPTY.add(new Kept("user", "y".repeat(10_000)));
    assertThat(memory.compactThrough(room(100))).isEqualTo(memory.covered());
  }

  @Test
  void the_window_holds_no_more_messages_than_it_may_and_the_older_ones_are_compacted() {
    Memory.Room small = new Memory.Room(10_000, 4);
    assertThat(ten().window(small).messages()).isEqualTo(ten().messages().subList(6, 10));
    assertThat(ten().window(small).leftOut()).isEqualTo(6);
    assertThat(ten().exceeds(small)).isTrue();
    assertThat(ten().compactThrough(small)).isEqualTo(8);
    assertThat(ten().overflows(small)).isFalse();
    assertThat(ten().overflows(new Memory.Room(10_000, 2))).isTrue();
  }
}
