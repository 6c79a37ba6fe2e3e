package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.LiveMember;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.directory.TestDirectory;
import io.llmcluster.core.directory.WantedNode;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.backend.BackendStatus;
import io.llmcluster.node.backend.DemoBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A node that another member had until now; that one has no part in the assignment any more. */
class NodeHostTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private static final NodeSpec MOVES = spec("a-moves");
  private static final NodeSpec NEW = spec("b-new");
  private static final LiveMember SELF = new LiveMember("self", "host", Set.of("node"), false);
  private static final LiveMember BEFORE = new LiveMember("before", "host", Set.of("node"), true);

  private final Directory directory = new Directory();
  private final TestProbe<String> started = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static NodeSpec spec(String name) {
    return new NodeSpec(name, "10.0.0.1", 1, "", "", List.of(), BackendKind.DEMO, 1);
  }

  private void host() {
    KIT.spawn(
        NodeHost.create(
            directory,
            KIT.<DirectoryActor.Command>createTestProbe().ref(),
            new NodeIdentity("self", "127.0.0.1", 1, Hardware.UNKNOWN),
            new LocalNodes(),
            (spec, changed) -> {
              started.ref().tell(spec.name()); // by the host itself: in the order of its decisions
              return Behaviors.ignore();
            },
            List.of(),
            List.of()));
  }

  private DirectoryView view(NodeHealth health, LiveMember... members) {
    NodeEntry entry =
        new NodeEntry(
            MOVES,
            1,
            "before",
            "127.0.0.1",
            1,
            KIT.<SlotCommand>createTestProbe().ref(),
            Hardware.UNKNOWN,
            health,
            "",
            "",
            List.of(),
            List.of(),
            Map.of());
    return DirectoryView.of(
        List.of(new WantedNode(MOVES, "host"), new WantedNode(NEW, "host")),
        List.of(members),
        List.of(entry));
  }

  @Test
  void a_node_begins_here_when_the_member_that_had_it_takes_no_more() {
    host();
    TestDirectory.show(directory, view(NodeHealth.UP, SELF, BEFORE));
    started.expectMessage("b-new"); // which is looked at after the one that moves
    TestDirectory.show(directory, view(NodeHealth.DRAINING, SELF, BEFORE));
    started.expectMessage("a-moves");
  }

  @Test
  void what_the_directory_knew_before_the_host_began_counts_too() {
    TestDirectory.show(directory, view(NodeHealth.DRAINING, SELF, BEFORE));
    host();
    started.expectMessage("a-moves");
    started.expectMessage("b-new");
  }

  @Test
  void a_member_that_is_lost_is_not_waited_for() {
    host();
    TestDirectory.show(directory, view(NodeHealth.UP, SELF));
    started.expectMessage("a-moves");
  }

  @Test
  void a_member_that_does_not_give_the_node_up_is_not_waited_for_long() {
    host();
    TestDirectory.show(directory, view(NodeHealth.UP, SELF, BEFORE));
    started.expectMessage("b-new");
    started.expectMessage(Duration.ofSeconds(20), "a-moves");
  }

  /** It begins a new life, which has not heard of the drain. */
  @Test
  void a_node_that_fails_while_it_drains_is_drained_all_the_same() {
    AtomicBoolean failed = new AtomicBoolean();
    NodeIdentity self = new NodeIdentity("self", "127.0.0.1", 1, Hardware.UNKNOWN);
    ActorRef<NodeHost.Command> host =
        KIT.spawn(
            NodeHost.create(
                directory,
                KIT.<DirectoryActor.Command>createTestProbe().ref(),
                self,
                new LocalNodes(),
                (spec, changed) ->
                    NodeActor.create(
                        spec,
                        (any, known) ->
                            CompletableFuture.completedFuture(
                                new Backends.Found(
                                    new DemoBackend(ByteBudget.ofThisProcess()),
                                    new BackendStatus(
                                        NodeHealth.UP, "", "1", List.of(), List.of(), 1))),
                        new NodeSettings(
                            "127.0.0.1", 0, 1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                        self,
                        KIT.<DirectoryActor.Command>createTestProbe().ref(),
                        (node, entry) -> {
                          started.ref().tell(entry.health().id());
                          if (entry.health() == NodeHealth.DRAINING
                              && failed.compareAndSet(false, true)) {
                            throw new IllegalStateException("a bug");
                          }
                          changed.accept(node, entry);
                        }),
                List.of(),
                List.of(MOVES)));
    started.expectMessage("up");
    CompletableFuture<Done> drained = new CompletableFuture<>();
    host.tell(new NodeHost.DrainAll(drained));
    drained.orTimeout(10, TimeUnit.SECONDS).join();
    assertThat(failed).isTrue();
  }
}
