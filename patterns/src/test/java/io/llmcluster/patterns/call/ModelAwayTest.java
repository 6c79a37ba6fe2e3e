package io.llmcluster.patterns.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.inference.InferenceFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ModelAwayTest {

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private final Throwable gone = new InferenceFailure.NoNode("n1 (down)", true);
  private final Throwable allGone = new InferenceFailure.NoNode("none");
  private final Throwable busy = InferenceFailure.Overloaded.tooManyPending(Duration.ofSeconds(1));

  private final AtomicLong nanos = new AtomicLong(-1);
  private final ModelAway away = new ModelAway(LONGEST, nanos::get);

  private void passes(Duration some) {
    nanos.addAndGet(some.toNanos());
  }

  @Test
  void it_is_waited_for_from_the_first_failure_that_tells_of_it() {
    passes(LONGEST);
    assertThat(away.isTooLong(gone, false)).isFalse();
    passes(LONGEST.minusSeconds(1));
    assertThat(away.isTooLong(gone, false)).isFalse();
    passes(Duration.ofSeconds(1));
    assertThat(away.isTooLong(gone, false)).isTrue();
  }

  @Test
  void while_no_node_at_all_takes_calls_there_is_no_end_of_waiting() {
    for (int i = 0; i < 3; i++) {
      assertThat(away.isTooLong(allGone, false)).isFalse();
      passes(LONGEST);
    }
  }

  /** The others may be back first; and a queue that is full is one of nodes that are well. */
  @Test
  void anything_else_in_between_begins_the_wait_again() {
    for (Throwable between : List.of(allGone, busy)) {
      assertThat(away.isTooLong(gone, false)).isFalse();
      passes(LONGEST);
      assertThat(away.isTooLong(between, false)).isFalse();
    }
    assertThat(away.isTooLong(gone, false)).isFalse();
    passes(LONGEST);
    assertThat(away.isTooLong(gone, false)).isTrue();
  }

  @Test
  void a_node_that_had_the_call_in_between_begins_the_wait_again() {
    assertThat(away.isTooLong(gone, false)).isFalse();
    passes(LONGEST);
    assertThat(away.isTooLong(gone, true)).isFalse();
    passes(LONGEST);
    assertThat(away.isTooLong(gone, false)).isTrue();
  }
}
