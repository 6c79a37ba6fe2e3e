package io.llmcluster.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.NodeLoad;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeastLoadTest {

  private final LeastLoad placement = new LeastLoad();

  private static Candidate node(
      String name, boolean loaded, int active, int capacity, double failures) {
    return new Candidate(name, loaded, false, new NodeLoad(1, active, 0, capacity, failures), 0);
  }

  private List<String> rank(Candidate... candidates) {
    return placement.rank(List.of(candidates), 7).stream().map(Candidate::node).toList();
  }

  @Test
  void a_node_that_has_the_model_loaded_comes_before_an_idle_one_that_has_not() {
    assertThat(rank(node("idle", false, 0, 4, 0), node("loaded", true, 3, 4, 0)))
        .containsExactly("loaded", "idle");
  }

  @Test
  void among_loaded_nodes_the_least_relative_load_comes_first() {
    assertThat(rank(node("half", true, 2, 4, 0), node("quarter", true, 4, 16, 0)))
        .containsExactly("quarter", "half");
  }

  @Test
  void a_node_that_fails_fast_is_idle_and_still_comes_last() {
    assertThat(rank(node("failing", true, 0, 4, 1), node("cold", false, 3, 4, 0)))
        .containsExactly("cold", "failing");
  }

  @Test
  void full_and_busy_nodes_are_not_asked() {
    Candidate full = node("full", true, 4, 4, 0);
    Candidate busy = new Candidate("busy", true, true, NodeLoad.IDLE, 0);
    Candidate awaited = new Candidate("awaited", true, false, new NodeLoad(1, 0, 1, 4, 0), 0);
    assertThat(rank(full, busy, awaited)).isEmpty();
  }

  @Test
  void own_calls_count_where_the_reported_load_is_older() {
    Candidate stale = new Candidate("stale", true, false, new NodeLoad(1, 0, 0, 2, 0), 2);
    assertThat(rank(stale)).isEmpty();
  }

  @Test
  void equals_are_asked_in_turn() {
    Set<String> first = new HashSet<>();
    for (long salt = 0; salt < 50; salt++) {
      first.add(
          placement
              .rank(List.of(node("a", true, 0, 4, 0), node("b", true, 0, 4, 0)), salt)
              .get(0)
              .node());
    }
    assertThat(first).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void the_same_input_gives_the_same_order() {
    List<Candidate> nodes = List.of(node("a", true, 1, 4, 0), node("b", true, 1, 4, 0));
    assertThat(placement.rank(nodes, 3)).isEqualTo(placement.rank(nodes, 3));
  }
}
