package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

class KnownNodesTest {

  private final KnownNodes known = new KnownNodes();

  private static NodeSpec spec(String name, String host) {
    return new NodeSpec(name, host, 11_434, "", "", List.of(), BackendKind.AUTO, 0);
  }

  private static MemberNodes asks(NodeSpec... specs) {
    return new MemberNodes(Arrays.asList(specs), List.of(), List.of(), false);
  }

  private static WantedNode wanted(String name, String host, String machine) {
    return new WantedNode(spec(name, host), machine);
  }

  @Test
  void of_two_descriptions_the_lowest_member_s_counts_whoever_spoke_last() {
    KnownNodes other = new KnownNodes();
    known.heard("m1", "h1", asks(spec("n", "one")));
    known.heard("m2", "h2", asks(spec("n", "two")));
    other.heard("m2", "h2", asks(spec("n", "two")));
    other.heard("m1", "h1", asks(spec("n", "one")));
    assertThat(known.wanted()).containsExactly(wanted("n", "one", "h1"));
    assertThat(other.wanted()).containsExactlyElementsOf(known.wanted());
    assertThat(known.complaints()).singleElement().asString().contains("node n", "m2");
  }

  @Test
  void one_loopback_name_for_two_machines_is_complained_of() {
    known.heard("m1", "h1", asks(spec("n", "localhost")));
    known.heard("m2", "h1", asks(spec("n", "localhost")));
    assertThat(known.complaints()).isEmpty();
    known.heard("m3", "h2", asks(spec("n", "localhost")));
    assertThat(known.wanted()).containsExactly(wanted("n", "localhost", "h1"));
    assertThat(known.complaints()).singleElement().asString().contains("node n", "h1", "h2");
  }

  @Test
  void a_dead_member_s_description_counts_only_until_a_living_one_asks() {
    known.heard("m1", "h1", asks(spec("n", "one")));
    known.gone("m1");
    assertThat(known.wanted()).containsExactly(wanted("n", "one", "h1"));
    known.heard("m2", "h2", asks(spec("n", "two")));
    assertThat(known.wanted()).containsExactly(wanted("n", "two", "h2"));
    assertThat(known.inherited()).isEmpty();
  }

  @Test
  void a_newcomer_hears_of_what_a_dead_member_asked_for() {
    known.heard("m1", "h1", asks(spec("n", "localhost")));
    known.heard("m2", "h2", asks());
    known.gone("m1");
    KnownNodes newcomer = new KnownNodes();
    newcomer.heard("m2", "h2", asks().withInherited(known.inherited()));
    assertThat(newcomer.wanted()).containsExactly(wanted("n", "localhost", "h1"));
  }

  @Test
  void at_the_bound_goes_what_nobody_living_asks_for() {
    known.heard("m1", "h1", asks(spec("old", "one")));
    known.gone("m1");
    NodeSpec[] thousand =
        IntStream.range(0, 1_000).mapToObj(i -> spec("n" + i, "h")).toArray(NodeSpec[]::new);
    known.heard("m2", "h2", asks(thousand));
    assertThat(known.wanted()).hasSize(1_000).noneMatch(node -> node.spec().name().equals("old"));
    assertThat(known.complaints()).singleElement().asString().contains("old");
  }

  private static LiveMember live(String name, String host) {
    return new LiveMember(name, host, Set.of("node"), false);
  }

  private static MemberNodes standsFor(NodeEntry entry) {
    return new MemberNodes(List.of(entry.spec()), List.of(entry), List.of(), false);
  }

  /** The node is on the loopback of the machine it was asked for. */
  private Set<String> missedBy(LiveMember member) {
    return known.missed(List.of(member), known.entries(Set.of())).stream()
        .flatMap(missed -> missed.modelKeys().stream())
        .collect(Collectors.toSet());
  }

  @Test
  void a_node_that_moves_is_missed_until_somebody_has_seen_what_it_has() {
    ActorRef<SlotCommand> slots = TestInbox.<SlotCommand>create().getRef();
    NodeEntry entry = Directories.node("n", 1, "m1", slots);
    known.heard("m1", "h", standsFor(entry));
    assertThat(missedBy(live("m2", "h"))).isEmpty();
    known.gone("m1");
    assertThat(missedBy(live("m2", "h"))).containsExactly("m:latest");
    NodeEntry again = Directories.node("n", 2, "m2", slots);
    known.heard("m2", "h", standsFor(again.withInstalled(List.of()).unreachable()));
    assertThat(missedBy(live("m2", "h"))).containsExactly("m:latest");
    known.heard("m2", "h", standsFor(again));
    assertThat(missedBy(live("m2", "h"))).isEmpty();
  }

  @Test
  void a_node_that_nobody_left_can_reach_is_not_missed() {
    known.heard(
        "m1",
        "h",
        standsFor(Directories.node("n", 1, "m1", TestInbox.<SlotCommand>create().getRef())));
    known.gone("m1");
    assertThat(missedBy(live("m2", "elsewhere"))).isEmpty();
    assertThat(missedBy(new LiveMember("m2", "h", Set.of("gateway"), false))).isEmpty();
    assertThat(missedBy(new LiveMember("m2", "h", Set.of("node"), true))).isEmpty();
  }
}
