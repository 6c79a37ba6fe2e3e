package io.llmcluster.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.Directories;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.SlotCommand;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

/** Whether it is a model that is gone, or the cluster. */
class OutageTest {

  private static final NodeConstraint ON_GPU =
      new NodeConstraint(List.of("gpu"), List.of(), List.of());

  private final ActorRef<SlotCommand> slots = TestInbox.<SlotCommand>create().getRef();
  private final Directory directory = new Directory();
  private final NodeEntry one = Directories.node("n1", 1, slots);
  private final NodeEntry two = Directories.node("n2", 2, slots);
  private final NodeEntry other = Directories.nodeWithout("n3", 3, "n3", slots);

  private InferenceFailure.NoNode with(NodeConstraint nodes, NodeEntry... entries) {
    Directories.show(directory, entries);
    return InferenceFailure.nobodyCanBeReached("m", nodes, directory.view());
  }

  private InferenceFailure.NoNode with(NodeEntry... entries) {
    return with(NodeConstraint.ANY, entries);
  }

  @Test
  void a_model_whose_nodes_are_all_down_while_another_is_well_is_gone_and_named_with_them() {
    InferenceFailure.NoNode gone = with(one.unreachable(), two.unreachable(), other);
    assertThat(gone.othersCan()).isTrue();
    assertThat(gone).hasMessage("no node that has model 'm' can be reached: n1 (down), n2 (down)");
  }

  @Test
  void without_any_node_that_is_well_it_is_the_cluster() {
    assertThat(with(one.unreachable(), other.unreachable()).othersCan()).isFalse();
    assertThat(with().othersCan()).isFalse();
  }

  @Test
  void a_node_that_is_well_and_failed_this_request_is_not_another_one() {
    assertThat(with(one).othersCan()).isFalse();
    assertThat(with(one, other).othersCan()).isTrue();
    assertThat(with(one, other)).hasMessageEndingWith(": n1 (failed this request)");
  }

  @Test
  void a_node_that_has_the_model_and_may_not_take_the_request_is_another_one() {
    NodeEntry gpu = Directories.node("g1", "gpu", 1, "g1", slots).unreachable();
    InferenceFailure.NoNode gone = with(ON_GPU, gpu, one);
    assertThat(gone.othersCan()).isTrue();
    assertThat(gone).hasMessage("no node of type gpu that has model 'm' can be reached: g1 (down)");
  }

  @Test
  void a_node_that_moves_is_named() {
    Directories.showMoving(directory, one, other);
    assertThat(InferenceFailure.nobodyHas("m", directory.view()))
        .isInstanceOfSatisfying(
            InferenceFailure.NoNode.class, gone -> assertThat(gone.othersCan()).isTrue())
        .hasMessageEndingWith(": n1 (moving)");
  }

  @Test
  void nodes_of_a_kind_of_which_none_is_well_are_gone_whatever_they_have() {
    NodeEntry gpu = Directories.without(Directories.node("g1", "gpu", 1, "g1", slots));
    Directories.showWanted(directory, List.of(gpu), gpu.unreachable(), one);
    assertThat(InferenceFailure.nobodyHas("m", ON_GPU, directory.view()))
        .isInstanceOfSatisfying(
            InferenceFailure.NoNode.class, gone -> assertThat(gone.othersCan()).isTrue())
        .hasMessage("no node of type gpu can be reached: g1 (down)");
  }

  @Test
  void of_many_nodes_a_few_are_named() {
    NodeEntry[] many =
        IntStream.rangeClosed(1, 7)
            .mapToObj(i -> Directories.node("n" + i, i, slots).unreachable())
            .toArray(NodeEntry[]::new);
    assertThat(with(many)).hasMessageEndingWith("n4 (down), n5 (down) and 2 more");
  }
}
