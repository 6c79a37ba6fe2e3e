package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PortMemoryTest {

  private static final long MB = 1024 * 1024;

  @Test
  void messages_and_what_is_unread_have_a_quarter_of_the_heap_each() {
    for (long heap : new long[] {512 * MB, 2048 * MB, 8192 * MB}) {
      PortMemory memory = PortMemory.of(heap);
      assertThat(memory.messageBytes()).isEqualTo(heap / 4);
      assertThat(memory.connections() * (long) PortMemory.CONNECTION_BYTES).isEqualTo(heap / 4);
    }
  }

  @Test
  void a_few_connections_are_always_taken_and_never_too_many() {
    assertThat(PortMemory.of(16 * MB).connections()).isEqualTo(16);
    assertThat(PortMemory.of(1024 * 1024 * MB).connections()).isEqualTo(4096);
  }

  /** Pekko gives a window back only while less than half of it is unread. */
  @Test
  void messages_that_wait_leave_a_connection_room() {
    assertThat(PortMemory.WAITING * PortMemory.STREAM_BYTES)
        .isLessThan(PortMemory.CONNECTION_BYTES / 4);
  }
}
