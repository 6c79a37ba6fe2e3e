package io.llmcluster.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceRuleTest {

  private static final long START = Long.MAX_VALUE - 5; // nanoTime may be anything, and overflow

  private final SilenceRule rule = new SilenceRule(TimeUnit.SECONDS.toNanos(3), START);

  private static long at(double seconds) {
    return START + (long) (seconds * 1e9);
  }

  /** Looks every half second. */
  private boolean isOver(double from, double to) {
    boolean over = false;
    for (double second = from; second <= to; second += 0.5) {
      over = rule.isOver(at(second));
    }
    return over;
  }

  @Test
  void silence_is_over_when_nothing_changed_for_the_given_time() {
    rule.changed(at(1));
    assertThat(isOver(0, 3.5)).isFalse();
    assertThat(isOver(4, 4)).isTrue();
  }

  @Test
  void each_change_begins_the_time_anew() {
    rule.changed(at(1));
    assertThat(isOver(0, 3.5)).isFalse();
    rule.changed(at(3.7));
    assertThat(isOver(4, 6.5)).isFalse();
    assertThat(isOver(7, 7)).isTrue();
  }

  @Test
  void a_process_that_stood_still_itself_waits_until_the_others_could_tell_it() {
    rule.changed(at(1));
    assertThat(isOver(0, 2)).isFalse();
    assertThat(isOver(60, 60)).isFalse();
    rule.changed(at(60.1));
    assertThat(isOver(60.5, 72.5)).isFalse();
    assertThat(isOver(73, 73.5)).isTrue();
  }
}
