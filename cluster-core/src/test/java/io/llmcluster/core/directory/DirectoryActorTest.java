package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One member that has joined itself. */
class DirectoryActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  """
                  pekko.actor.provider = cluster
                  pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  """)
              .withFallback(ConfigFactory.load()));

  private final Directory directory = new Directory();
  private final ActorRef<DirectoryActor.Command> actor =
      KIT.spawn(DirectoryActor.create(directory));
  private final ActorRef<SlotCommand> slots = KIT.<SlotCommand>createTestProbe().ref();

  @BeforeAll
  static void join() {
    Cluster cluster = Cluster.get(KIT.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private NodeEntry node(String name) {
    return Directories.node(name, 1, self(), slots);
  }

  private static String self() {
    return DirectoryActor.memberName(Cluster.get(KIT.system()).selfMember().uniqueAddress());
  }

  private void publish(NodeEntry... nodes) {
    List<NodeEntry> entries = List.of(nodes);
    actor.tell(
        new DirectoryActor.Publish(
            new MemberNodes(
                entries.stream().map(NodeEntry::spec).toList(), entries, List.of(), false)));
  }

  private void awaitNodes(String... names) {
    await()
        .untilAsserted(
            () ->
                assertThat(directory.view().nodes())
                    .extracting(NodeEntry::name)
                    .containsExactly(names));
  }

  /** Members compare their registers by a digest of the bytes. */
  @Test
  void equal_nodes_are_equal_bytes_in_whatever_order_their_speeds_were_put() {
    ModelSpeed speed = new ModelSpeed(1, 1, 0, 1);
    Map<String, ModelSpeed> speeds = new LinkedHashMap<>(); // of one hash code, so neither is first
    speeds.put("Aa", speed);
    speeds.put("BB", speed);
    Map<String, ModelSpeed> reversed = new LinkedHashMap<>();
    reversed.put("BB", speed);
    reversed.put("Aa", speed);
    NodeEntry one = node("a").withSpeeds(speeds);
    NodeEntry other = node("a").withSpeeds(reversed);
    assertThat(one).isEqualTo(other);
    assertThat(bytes(said(one))).isEqualTo(bytes(said(other)));
  }

  @Test
  void as_many_models_as_a_member_may_tell_of_fit_into_a_message() {
    MemberNodes most =
        said(node("a").withInstalled(Directories.models(2 * MemberNodes.MOST_MODELS))).bounded();
    assertThat(bytes(most).length)
        .isLessThan(
            KIT.system()
                .settings()
                .config()
                .getBytes("pekko.remote.artery.advanced.maximum-frame-size")
                .intValue());
  }

  private static byte[] bytes(MemberNodes nodes) {
    return SerializationExtension.get(KIT.system()).serialize(nodes).get();
  }

  private static MemberNodes said(NodeEntry node) {
    return new MemberNodes(List.of(node.spec()), List.of(node), List.of(), false);
  }

  @Test
  void this_member_is_among_the_live_ones() {
    await()
        .untilAsserted(
            () ->
                assertThat(directory.view().members())
                    .extracting(LiveMember::name)
                    .containsExactly(self()));
  }

  @Test
  void published_nodes_are_in_the_view_by_name_and_by_model() {
    publish(node("b"), node("a"));
    awaitNodes("a", "b");
    assertThat(directory.view().withModel("m:latest")).hasSize(2);
    assertThat(directory.view().withModel("other:latest")).isEmpty();
  }

  @Test
  void a_node_that_is_not_published_any_more_is_gone_but_stays_wanted() {
    publish(node("a"), node("b"));
    awaitNodes("a", "b");
    publish(node("a"));
    awaitNodes("a");
    assertThat(directory.view().wanted())
        .extracting(wanted -> wanted.spec().name())
        .containsExactly("a", "b");
  }

  @Test
  void a_view_once_taken_does_not_change() {
    publish(node("a"));
    awaitNodes("a");
    DirectoryView before = directory.view();
    publish(node("a"), node("b"));
    awaitNodes("a", "b");
    assertThat(before.nodes()).extracting(NodeEntry::name).containsExactly("a");
  }

  @Test
  void a_load_is_known_at_once_and_an_older_one_never_replaces_it() {
    publish(node("a"));
    awaitNodes("a");
    assertThat(directory.load(node("a"))).isEqualTo(NodeLoad.IDLE);
    NodeLoad now = new NodeLoad(5, 2, 0, 4, 0);
    actor.tell(new DirectoryActor.LoadChanged(node("a").life(), now));
    await().until(() -> directory.load(node("a")).equals(now));
    actor.tell(new DirectoryActor.LoadChanged(node("a").life(), new NodeLoad(4, 0, 0, 4, 0)));
    publish(node("a"), node("b")); // when this is seen, the load before it was handled
    awaitNodes("a", "b");
    assertThat(directory.load(node("a"))).isEqualTo(now);
  }

  @Test
  void the_load_of_a_node_that_went_is_forgotten() {
    publish(node("a"));
    awaitNodes("a");
    actor.tell(new DirectoryActor.LoadChanged(node("a").life(), new NodeLoad(5, 2, 0, 4, 0)));
    await().until(() -> directory.load(node("a")).active() == 2);
    publish();
    awaitNodes();
    assertThat(directory.load(node("a"))).isEqualTo(NodeLoad.IDLE);
  }

  /** Its new member's clock may be behind the old one's. */
  @Test
  void a_new_life_of_a_node_has_its_own_load() {
    NodeEntry old = Directories.node("moved", 2, self(), slots);
    publish(old);
    awaitNodes("moved");
    actor.tell(new DirectoryActor.LoadChanged(old.life(), new NodeLoad(5, 2, 0, 4, 0)));
    NodeLoad load = new NodeLoad(1, 3, 0, 4, 0);
    actor.tell(new DirectoryActor.LoadChanged(node("moved").life(), load));
    await().until(() -> directory.load(node("moved")).equals(load));
    assertThat(directory.load(old).active()).isEqualTo(2);
  }

  @Test
  void listeners_hear_of_nodes_and_not_of_loads() {
    publish(node("a"));
    awaitNodes("a");
    await().until(() -> !directory.view().members().isEmpty());
    AtomicInteger heard = new AtomicInteger();
    directory.onChange(heard::incrementAndGet);
    actor.tell(new DirectoryActor.LoadChanged(node("a").life(), new NodeLoad(5, 2, 0, 4, 0)));
    await().until(() -> directory.load(node("a")).active() == 2);
    assertThat(heard).hasValue(0);
    publish(node("b"));
    await().until(() -> heard.get() > 0);
  }
}
