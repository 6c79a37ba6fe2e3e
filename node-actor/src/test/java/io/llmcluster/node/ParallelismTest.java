package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class ParallelismTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST_TOKEN = SECOND / 20;

  private final Parallelism parallelism = new Parallelism();
  private long now = 1_000 * SECOND;

  /**
   * A server that runs {@code parallel} streams of two seconds at a time; {@code sent} are always
   * under way, and one that ends is replaced.
   */
  private void run(int parallel, int sent, int rounds) {
    Deque<Long> waiting = new ArrayDeque<>();
    Deque<Long> writing = new ArrayDeque<>();
    long slot = 0;
    for (int i = 0; i < sent; i++) {
      parallelism.started(++slot, now);
      waiting.add(slot);
    }
    for (int round = 0; round < rounds; round++) {
      while (writing.size() < parallel && !waiting.isEmpty()) {
        now += FIRST_TOKEN;
        writing.add(waiting.peek());
        parallelism.firstByte(waiting.remove(), sent, now);
      }
      now += 2 * SECOND;
      parallelism.ended(writing.remove(), now);
      now += 1;
      parallelism.started(++slot, now);
      waiting.add(slot);
    }
    waiting.forEach(left -> parallelism.ended(left, now));
    writing.forEach(left -> parallelism.ended(left, now));
  }

  @Test
  void a_server_that_runs_one_at_a_time_is_found_out() {
    run(1, 4, 6);
    assertThat(parallelism.slots(now)).isEqualTo(1);
  }

  @Test
  void a_server_that_runs_two_at_a_time_is_found_out() {
    run(2, 4, 8);
    assertThat(parallelism.slots(now)).isEqualTo(2);
  }

  @Test
  void a_server_that_runs_all_that_it_is_given_is_given_as_many_again() {
    run(4, 4, 20);
    assertThat(parallelism.slots(now)).isEqualTo(4);
  }

  @Test
  void nothing_is_learned_from_a_single_request_at_a_time() {
    run(4, 1, 20);
    assertThat(parallelism.slots(now)).isEqualTo(Parallelism.FIRST_GUESS);
  }

  @Test
  void nothing_is_learned_while_others_than_streams_run() {
    for (int i = 0; i < 5; i++) {
      parallelism.started(1, now);
      parallelism.started(2, now);
      parallelism.firstByte(1, 3, now + FIRST_TOKEN);
      parallelism.ended(1, now + 2 * SECOND);
      parallelism.firstByte(2, 2, now + 2 * SECOND + FIRST_TOKEN);
      now += 2 * SECOND + 2 * FIRST_TOKEN;
      parallelism.ended(2, now);
    }
    assertThat(parallelism.slots(now)).isEqualTo(Parallelism.FIRST_GUESS);
  }

  @Test
  void what_was_learned_is_tried_again_after_a_while() {
    run(1, 4, 6);
    assertThat(parallelism.slots(now + 60 * SECOND)).isEqualTo(1);
    assertThat(parallelism.slots(now + 300 * SECOND)).isEqualTo(Parallelism.FIRST_GUESS);
  }
}
