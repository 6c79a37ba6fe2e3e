package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.LiveMember;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.WantedNode;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeAssignmentTest {

  private static final Set<String> ALL = Set.of("gateway", "node");

  private static LiveMember member(String name, String host) {
    return new LiveMember(name, host, ALL, false);
  }

  private static WantedNode node(String name, String host, String machine) {
    return new WantedNode(
        new NodeSpec(name, host, 11_434, "", "", List.of(), BackendKind.AUTO, 0), machine);
  }

  @Test
  void a_backend_on_loopback_is_its_own_machines() {
    List<LiveMember> members = List.of(member("a", "10.0.0.1"), member("b", "10.0.0.2"));
    assertThat(NodeAssignment.memberFor(node("n", "localhost", "10.0.0.2"), members))
        .map(LiveMember::name)
        .contains("b");
    assertThat(NodeAssignment.memberFor(node("n", "127.0.0.1", "10.0.0.3"), members)).isEmpty();
  }

  @Test
  void only_members_with_the_node_role_stand_for_nodes() {
    LiveMember gateway = new LiveMember("g", "10.0.0.1", Set.of("gateway"), false);
    assertThat(NodeAssignment.memberFor(node("n", "far", "10.0.0.1"), List.of(gateway))).isEmpty();
  }

  @Test
  void a_member_that_stops_stands_for_nothing_new() {
    LiveMember stopping = new LiveMember("a", "10.0.0.1", ALL, true);
    for (int i = 0; i < 10; i++) {
      WantedNode node = node("n" + i, "far", "10.0.0.1");
      assertThat(NodeAssignment.memberFor(node, List.of(stopping, member("b", "10.0.0.2"))))
          .map(LiveMember::name)
          .contains("b");
    }
  }

  @Test
  void when_a_member_goes_only_its_own_nodes_move() {
    List<LiveMember> three = List.of(member("a", "1"), member("b", "2"), member("c", "3"));
    List<LiveMember> two = three.subList(0, 2);
    List<WantedNode> nodes =
        IntStream.range(0, 60).mapToObj(i -> node("n" + i, "far", "1")).toList();
    long moved =
        nodes.stream()
            .filter(node -> !owner(node, three).equals("c"))
            .filter(node -> !owner(node, three).equals(owner(node, two)))
            .count();
    assertThat(moved).isZero();
    for (LiveMember member : three) {
      assertThat(nodes.stream().filter(node -> owner(node, three).equals(member.name())).count())
          .as(member.name())
          .isGreaterThan(5);
    }
  }

  private static String owner(WantedNode node, List<LiveMember> members) {
    return NodeAssignment.memberFor(node, members).map(LiveMember::name).orElse("");
  }
}
