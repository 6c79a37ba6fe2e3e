package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class ParallelismTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST_TOKEN = SECOND / 20;

  private static final long MINUTE = 60 * SECOND;

  private long now = 1_000 * SECOND;
  private final Parallelism parallelism = new Parallelism(now);
  private long lastSlot;

  /**
   * A server that runs {@code parallel} streams of two seconds at a time; as many as {@code sent}
   * says are under way, and one that ends is replaced.
   *
   * @return most that waited in the server
   */
  private int run(int parallel, IntSupplier sent, int rounds) {
    Deque<Long> waiting = new ArrayDeque<>();
    Deque<Long> writing = new ArrayDeque<>();
    int mostWaiting = 0;
    for (int round = 0; round < rounds; round++) {
      while (waiting.size() + writing.size() < sent.getAsInt()) {
        parallelism.started(++lastSlot, ++now);
        waiting.add(lastSlot);
      }
      while (writing.size() < parallel && !waiting.isEmpty()) {
        now += FIRST_TOKEN;
        writing.add(waiting.peek());
        parallelism.firstByte(waiting.remove(), waiting.size() + writing.size(), now);
      }
      mostWaiting = Math.max(mostWaiting, waiting.size());
      now += 2 * SECOND;
      parallelism.ended(writing.remove(), now);
    }
    waiting.forEach(left -> parallelism.ended(left, now));
    writing.forEach(left -> parallelism.ended(left, now));
    return mostWaiting;
  }

  /** A server that always gets as many as it may. */
  private int runAllowed(int parallel, int rounds) {
    return run(parallel, () -> parallelism.slots(now), rounds);
  }

  @Test
  void a_server_that_runs_one_at_a_time_is_found_out() {
    run(1, () -> 4, 6);
    assertThat(parallelism.slots(now)).isEqualTo(1);
  }

  @Test
  void a_server_that_runs_two_at_a_time_is_found_out() {
    run(2, () -> 4, 8);
    assertThat(parallelism.slots(now)).isEqualTo(2);
  }

  @Test
  void a_server_that_runs_all_that_it_is_given_is_given_as_many_again() {
    run(4, () -> 4, 5);
    assertThat(parallelism.slots(now)).isEqualTo(8);
  }

  @Test
  void nothing_is_learned_from_a_single_request_at_a_time() {
    run(4, () -> 1, 20);
    assertThat(parallelism.slots(now)).isEqualTo(Parallelism.FIRST_GUESS);
  }

  @Test
  void requests_that_are_no_streams_count_as_running() {
    for (int i = 0; i < 5; i++) {
      parallelism.started(1, now);
      parallelism.started(2, now);
      parallelism.firstByte(1, 3, now + FIRST_TOKEN);
      parallelism.ended(1, now + 2 * SECOND);
      parallelism.firstByte(2, 2, now + 2 * SECOND + FIRST_TOKEN);
      now += 2 * SECOND + 2 * FIRST_TOKEN;
      parallelism.ended(2, now);
    }
    assertThat(parallelism.slots(now)).isEqualTo(2);
  }

  @Test
  void a_server_that_runs_eight_is_found_to() {
    runAllowed(8, 30);
    assertThat(parallelism.slots(now)).isEqualTo(8);
  }

  @Test
  void a_server_that_runs_whatever_it_is_given_is_given_no_more_than_the_bound() {
    runAllowed(1_000, 100);
    assertThat(parallelism.slots(now)).isEqualTo(Parallelism.MOST);
  }

  @Test
  void after_a_while_one_more_than_was_learned_is_tried() {
    run(1, () -> 4, 6);
    assertThat(parallelism.slots(now + MINUTE)).isEqualTo(1);
    assertThat(parallelism.slots(now + 5 * MINUTE)).isEqualTo(2);
  }

  @Test
  void trying_again_lets_no_more_than_one_request_wait_in_the_server() {
    runAllowed(1, 10);
    assertThat(parallelism.slots(now)).isEqualTo(1);
    long start = now;
    assertThat(runAllowed(1, 400)).isEqualTo(1);
    assertThat(now - start).isGreaterThan(10 * MINUTE);
    assertThat(parallelism.slots(now)).isEqualTo(1);
  }

  @Test
  void a_server_that_now_runs_more_is_found_out() {
    runAllowed(1, 10);
    now += 3 * MINUTE;
    runAllowed(8, 60);
    assertThat(parallelism.slots(now)).isEqualTo(8);
  }

  @Test
  void a_server_that_now_runs_fewer_is_found_out() {
    runAllowed(8, 30);
    now += 3 * MINUTE;
    runAllowed(2, 20);
    assertThat(parallelism.slots(now)).isEqualTo(2);
  }

  @Test
  void a_server_of_which_no_bound_was_ever_seen_and_that_now_runs_fewer_is_found_out() {
    run(8, () -> Math.min(6, parallelism.slots(now)), 30);
    now += 3 * MINUTE;
    runAllowed(1, 20);
    assertThat(parallelism.slots(now)).isEqualTo(1);
  }
}
