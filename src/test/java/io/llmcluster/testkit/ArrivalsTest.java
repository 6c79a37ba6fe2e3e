package io.llmcluster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private static Arrivals at(long... millis) {
    Arrivals arrivals = new Arrivals();
    for (long one : millis) {
      arrivals.add(one * 1_000_000);
    }
    return arrivals;
  }

  private static int mostInASecond(Arrivals... all) {
    return Arrivals.mostWithin(Duration.ofSeconds(1), List.of(all));
  }

  @Test
  void the_fullest_stretch_may_begin_at_any_time_and_counts_all_of_them() {
    assertThat(mostInASecond(at(0, 900, 1100, 1800), at(1850, 5000))).isEqualTo(4);
  }

  @Test
  void what_came_a_whole_second_later_is_not_within_it() {
    assertThat(mostInASecond(at(0, 1000, 2000))).isEqualTo(1);
    assertThat(mostInASecond(at())).isZero();
  }
}
