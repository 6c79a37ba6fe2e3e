package io.llmcluster.patterns.debate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeatingTest {

  @Test
  void in_the_full_topology_each_sees_all_others() {
    assertThat(Seating.seenBy(2, List.of(0, 1, 2, 3), false)).containsExactly(0, 1, 3);
  }

  @Test
  void a_ring_closes_over_those_that_were_dropped() {
    List<Integer> present = List.of(0, 2, 3, 5, 6);
    assertThat(Seating.seenBy(0, present, true)).containsExactly(6, 2);
    assertThat(Seating.seenBy(3, present, true)).containsExactly(2, 5);
  }

  @Test
  void a_small_ring_shows_nobody_twice() {
    assertThat(Seating.seenBy(0, List.of(0, 1), true)).containsExactly(1);
    assertThat(Seating.seenBy(1, List.of(0, 1, 2), true)).containsExactly(0, 2);
    assertThat(Seating.seenBy(1, List.of(1), true)).isEmpty();
  }
}
