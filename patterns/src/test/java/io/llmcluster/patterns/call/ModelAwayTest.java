package io.llmcluster.patterns.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.inference.InferenceFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ModelAwayTest {

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Throwable GONE = new InferenceFailure.NoNode("n1 (down)", true);
  private static final Throwable ALL_GONE = new InferenceFailure.NoNode("none");
  private static final Throwable BUSY =
      InferenceFailure.Overloaded.tooManyPending(Duration.ofSeconds(1));

  private final AtomicLong nanos = new AtomicLong(-1);
  private final ModelAway away = new ModelAway(LONGEST, nanos::get);

  private void passes(Duration some) {
    nanos.addAndGet(some.toNanos());
  }

  @Test
  void it_is_waited_for_from_the_first_failure_that_tells_of_it() {
    passes(LONGEST);
    assertThat(away.isTooLong(GONE)).isFalse();
    passes(LONGEST.minusSeconds(1));
    assertThat(away.isTooLong(GONE)).isFalse();
    passes(Duration.ofSeconds(1));
    assertThat(away.isTooLong(GONE)).isTrue();
  }

  @Test
  void while_no_node_at_all_takes_calls_there_is_no_end_of_waiting() {
    for (int i = 0; i < 3; i++) {
      assertThat(away.isTooLong(ALL_GONE)).isFalse();
      passes(LONGEST);
    }
  }

  /** The others may be back first; and a queue that is full is one of nodes that are well. */
  @Test
  void anything_else_in_between_begins_the_wait_again() {
    for (Throwable between : List.of(ALL_GONE, BUSY)) {
      assertThat(away.isTooLong(GONE)).isFalse();
      passes(LONGEST);
      assertThat(away.isTooLong(between)).isFalse();
    }
    assertThat(away.isTooLong(GONE)).isFalse();
    passes(LONGEST);
    assertThat(away.isTooLong(GONE)).isTrue();
  }
}
