package io.llmcluster.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingQueueTest {

  private final WaitingQueue<String> queue = new WaitingQueue<>(3);

  @Test
  void the_longest_waiting_that_fits_is_taken() {
    queue.offer(1, "big");
    queue.offer(2, "small-1");
    queue.offer(3, "small-2");
    assertThat(queue.takeFirst(entry -> entry.startsWith("small"))).contains("small-1");
    assertThat(queue.takeFirst(entry -> true)).contains("big");
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void at_its_bound_it_refuses_and_changes_nothing() {
    queue.offer(1, "a");
    queue.offer(2, "b");
    queue.offer(3, "c");
    assertThat(queue.offer(4, "d")).isFalse();
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.takeFirst(entry -> true)).contains("a");
  }

  @Test
  void one_who_leaves_is_not_served() {
    queue.offer(1, "a");
    assertThat(queue.remove(1)).contains("a");
    assertThat(queue.remove(1)).isEmpty();
    assertThat(queue.takeFirst(entry -> true)).isEmpty();
  }

  @Test
  void counting_stops_at_the_limit() {
    queue.offer(1, "a");
    queue.offer(2, "a");
    queue.offer(3, "b");
    assertThat(queue.count("a"::equals, 10)).isEqualTo(2);
    assertThat(queue.count("a"::equals, 1)).isEqualTo(1);
  }
}
