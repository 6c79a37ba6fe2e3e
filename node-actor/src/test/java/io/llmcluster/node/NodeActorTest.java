package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.directory.SlotOffer;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.NodeActor.Acquired;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendStatus;
import io.llmcluster.node.backend.DemoBackend;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NodeActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private static final BackendStatus UP =
      new BackendStatus(NodeHealth.UP, "", "1", List.of(), List.of(), 1);

  private volatile CompletableFuture<Backends.Found> look = found(UP);
  private final TestProbe<DirectoryActor.Command> directory = KIT.createTestProbe();
  private final TestProbe<NodeEntry> entries = KIT.createTestProbe();
  private final TestProbe<Acquired> calls = KIT.createTestProbe();
  private final TestProbe<SlotOffer> gateway = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static CompletableFuture<Backends.Found> found(BackendStatus status) {
    return CompletableFuture.completedFuture(
        new Backends.Found(new DemoBackend(ByteBudget.ofThisProcess()), status));
  }

  /** One slot, one place to wait; looks only when it is told to. */
  private ActorRef<NodeActor.Command> start() {
    return start((spec, known) -> look);
  }

  private ActorRef<NodeActor.Command> start(Backends backends) {
    return KIT.spawn(
        NodeActor.create(
            new NodeSpec("n1", "127.0.0.1", 1, "", "", List.of(), BackendKind.DEMO, 1),
            backends,
            new NodeSettings("127.0.0.1", 0, 1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)),
            new NodeIdentity("member", "127.0.0.1", 1, Hardware.UNKNOWN),
            directory.ref(),
            (self, entry) -> entries.ref().tell(entry)));
  }

  private ActorRef<NodeActor.Command> startUp() {
    ActorRef<NodeActor.Command> node = start();
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.UP);
    return node;
  }

  private void acquire(ActorRef<NodeActor.Command> node, Object caller, boolean refuse) {
    node.tell(new NodeActor.Acquire(caller, 0, refuse, calls.ref()::tell));
  }

  private long granted() {
    return calls.expectMessageClass(Acquired.Granted.class).slot();
  }

  private static NodeActor.Release release(long slot) {
    return new NodeActor.Release(
        slot, new CallOutcome("demo", CallOutcome.Verdict.ANSWERED, 1, -1));
  }

  private NodeLoad awaitLoad(int active, int waiting) {
    return directory
        .fishForMessage(
            Duration.ofSeconds(3),
            message ->
                message instanceof DirectoryActor.LoadChanged changed
                        && changed.load().active() == active
                        && changed.load().waiting() == waiting
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore())
        .stream()
        .map(message -> ((DirectoryActor.LoadChanged) message).load())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_node_that_was_not_looked_at_yet_takes_no_calls() {
    look = new CompletableFuture<>();
    ActorRef<NodeActor.Command> node = start();
    acquire(node, "call", false);
    assertThat(calls.expectMessageClass(Acquired.Unavailable.class).reason())
        .isEqualTo("node n1 is starting: not looked at yet");
    node.tell(new NodeActor.GetBackend(calls.ref()));
    calls.expectMessageClass(Acquired.Unavailable.class);
    look.complete(new Backends.Found(new DemoBackend(ByteBudget.ofThisProcess()), UP));
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.UP);
    acquire(node, "call", false);
    granted();
  }

  @Test
  void a_change_while_a_look_is_under_way_is_looked_at_after_it() {
    CompletableFuture<Backends.Found> before = new CompletableFuture<>();
    TestProbe<String> looks = KIT.createTestProbe();
    look = before;
    ActorRef<NodeActor.Command> node =
        start(
            (spec, known) -> {
              CompletableFuture<Backends.Found> now = look;
              looks.ref().tell("look");
              return now;
            });
    looks.receiveMessage();
    look = found(UP);
    node.tell(NodeActor.LookNow.INSTANCE);
    before.complete(
        new Backends.Found(null, BackendStatus.trouble(NodeHealth.DOWN, "not started yet")));
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.DOWN);
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.UP);
  }

  @Test
  void beyond_its_slots_and_its_queue_a_node_answers_full() {
    ActorRef<NodeActor.Command> node = startUp();
    acquire(node, "first", false);
    granted();
    acquire(node, "waits", false);
    acquire(node, "too many", false);
    calls.expectMessage(new Acquired.Full());
    assertThat(awaitLoad(1, 1).capacity()).isEqualTo(1);
  }

  @Test
  void a_call_that_does_not_want_to_wait_is_told_at_once() {
    ActorRef<NodeActor.Command> node = startUp();
    acquire(node, "first", false);
    granted();
    acquire(node, "hurried", true);
    calls.expectMessage(new Acquired.Full());
    awaitLoad(1, 0);
  }

  @Test
  void a_released_slot_goes_to_the_call_that_waits() {
    ActorRef<NodeActor.Command> node = startUp();
    acquire(node, "first", false);
    long first = granted();
    acquire(node, "waits", false);
    node.tell(release(first));
    assertThat(granted()).isNotEqualTo(first);
  }

  @Test
  void a_call_that_leaves_frees_its_place() {
    ActorRef<NodeActor.Command> node = startUp();
    acquire(node, "first", false);
    long first = granted();
    acquire(node, "leaves", false);
    awaitLoad(1, 1);
    node.tell(new NodeActor.Leave("leaves"));
    awaitLoad(1, 0);
    node.tell(release(first));
    awaitLoad(0, 0);
    node.tell(new NodeActor.GetBackend(calls.ref()));
    assertThat(granted()).isZero(); // the next answer is this one, and not a slot for who left
  }

  @Test
  void a_gateway_s_claim_is_offered_the_next_slot_and_the_slot_is_kept_for_it() {
    ActorRef<NodeActor.Command> node = start();
    ActorRef<SlotCommand> slots = entries.receiveMessage().slots();
    slots.tell(new SlotCommand.Claim(7, gateway.ref()));
    SlotOffer offer = gateway.receiveMessage();
    assertThat(offer.ticket()).isEqualTo(7);
    assertThat(offer.refused()).isFalse();
    acquire(node, "overtakes", true);
    calls.expectMessage(new Acquired.Full());
    node.tell(new NodeActor.Acquire("gateway's", offer.slot(), true, calls.ref()::tell));
    assertThat(granted()).isEqualTo(offer.slot());
  }

  @Test
  void a_slot_in_use_is_not_released_by_who_merely_names_it() {
    ActorRef<NodeActor.Command> node = startUp();
    acquire(node, "first", false);
    long first = granted();
    node.tell(new NodeActor.Acquire("second", first, true, calls.ref()::tell));
    calls.expectMessage(new Acquired.Full());
    look = found(BackendStatus.trouble(NodeHealth.DOWN, "why"));
    for (int i = 0; i < 2; i++) {
      node.tell(NodeActor.LookNow.INSTANCE);
      entries.receiveMessage();
    }
    node.tell(new NodeActor.Acquire("third", first, true, calls.ref()::tell));
    calls.expectMessageClass(Acquired.Unavailable.class);
    look = found(UP);
    node.tell(NodeActor.LookNow.INSTANCE);
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.UP);
    acquire(node, "fourth", true);
    calls.expectMessage(new Acquired.Full());
  }

  @Test
  void a_claim_beyond_the_queue_s_bound_is_refused() {
    ActorRef<NodeActor.Command> node = start();
    ActorRef<SlotCommand> slots = entries.receiveMessage().slots();
    acquire(node, "first", false);
    granted();
    slots.tell(new SlotCommand.Claim(1, gateway.ref()));
    slots.tell(new SlotCommand.Claim(2, gateway.ref()));
    gateway.expectMessage(new SlotOffer("n1", 2, SlotOffer.REFUSED));
  }

  @Test
  void a_gateway_that_dies_frees_its_place() {
    ActorRef<NodeActor.Command> node = start();
    ActorRef<SlotCommand> slots = entries.receiveMessage().slots();
    acquire(node, "first", false);
    granted();
    TestProbe<SlotOffer> dying = KIT.createTestProbe();
    slots.tell(new SlotCommand.Claim(1, dying.ref()));
    awaitLoad(1, 1);
    dying.stop();
    awaitLoad(1, 0);
  }

  @Test
  void a_single_failed_look_is_forgiven_and_a_second_one_is_not() {
    for (NodeHealth trouble : List.of(NodeHealth.DOWN, NodeHealth.BROKEN)) {
      look = found(UP);
      ActorRef<NodeActor.Command> node = startUp();
      look = found(BackendStatus.trouble(trouble, "why"));
      node.tell(NodeActor.LookNow.INSTANCE);
      assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.UP);
      node.tell(NodeActor.LookNow.INSTANCE);
      NodeEntry told = entries.receiveMessage();
      assertThat(told.health()).isEqualTo(trouble);
      assertThat(told.reason()).isEqualTo("why");
      acquire(node, "call", false);
      assertThat(calls.expectMessageClass(Acquired.Unavailable.class).reason())
          .isEqualTo("node n1 is " + trouble.id() + ": why");
    }
  }

  @Test
  void a_busy_backend_is_told_at_once_and_still_takes_calls() {
    ActorRef<NodeActor.Command> node = startUp();
    look = found(BackendStatus.trouble(NodeHealth.BUSY, "says so"));
    node.tell(NodeActor.LookNow.INSTANCE);
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.BUSY);
    acquire(node, "call", false);
    granted();
  }

  @Test
  void a_look_that_throws_is_a_broken_backend_too() {
    start(
        (spec, known) -> {
          throw new IllegalArgumentException("no host");
        });
    assertThat(entries.receiveMessage().reason()).contains("no host");
  }

  /** A backend of which only the end is of interest. */
  private static Backend closable(Runnable closed) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                closed.run();
              }
              return switch (method.getName()) {
                case "kind" -> BackendKind.MEMBER;
                case "equals" -> self == arguments[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> null;
              };
            });
  }

  @Test
  void a_stopped_node_closes_its_backend() {
    CompletableFuture<String> closed = new CompletableFuture<>();
    Backend backend = closable(() -> closed.complete("closed"));
    ActorRef<NodeActor.Command> node =
        start((spec, known) -> CompletableFuture.completedFuture(new Backends.Found(backend, UP)));
    entries.receiveMessage();
    node.tell(NodeActor.Drain.INSTANCE);
    assertThat(closed.orTimeout(3, TimeUnit.SECONDS).join()).isEqualTo("closed");
  }

  /** Each look that knows of no backend opens one. */
  @Test
  void a_look_after_the_first_one_knows_what_that_has_found() {
    CompletableFuture<Backends.Found> first = new CompletableFuture<>();
    TestProbe<String> looks = KIT.createTestProbe();
    Backend backend = closable(() -> {});
    ActorRef<NodeActor.Command> node =
        start(
            (spec, known) -> {
              looks.ref().tell(known == null ? "unknown" : "known");
              return known == null
                  ? first
                  : CompletableFuture.completedFuture(new Backends.Found(known, UP));
            });
    looks.expectMessage("unknown");
    node.tell(NodeActor.LookNow.INSTANCE);
    first.complete(new Backends.Found(backend, UP));
    looks.expectMessage("known");
  }

  @Test
  void a_backend_that_another_one_replaces_is_closed() {
    TestProbe<String> closed = KIT.createTestProbe();
    ActorRef<NodeActor.Command> node =
        start(
            (spec, known) ->
                CompletableFuture.completedFuture(
                    new Backends.Found(
                        closable(
                            () -> closed.ref().tell(known == null ? "the first" : "another one")),
                        UP)));
    entries.receiveMessage();
    node.tell(NodeActor.LookNow.INSTANCE);
    closed.expectMessage("the first");
    closed.expectNoMessage(Duration.ZERO);
  }

  @Test
  void a_look_that_itself_fails_is_a_broken_backend() {
    look = CompletableFuture.failedFuture(new IllegalStateException("no look"));
    start();
    NodeEntry told = entries.receiveMessage();
    assertThat(told.health()).isEqualTo(NodeHealth.BROKEN);
    assertThat(told.reason()).contains("no look");
  }

  @Test
  void a_draining_node_dismisses_who_waits_finishes_what_it_has_and_stops() {
    ActorRef<NodeActor.Command> node = startUp();
    acquire(node, "first", false);
    long first = granted();
    acquire(node, "waits", false);
    node.tell(NodeActor.Drain.INSTANCE);
    assertThat(calls.expectMessageClass(Acquired.Unavailable.class).reason())
        .isEqualTo("node n1 is draining");
    assertThat(entries.receiveMessage().health()).isEqualTo(NodeHealth.DRAINING);
    acquire(node, "late", false);
    calls.expectMessageClass(Acquired.Unavailable.class);
    node.tell(release(first));
    calls.expectTerminated(node);
  }

  @Test
  void a_draining_node_refuses_claims() {
    ActorRef<NodeActor.Command> node = start();
    ActorRef<SlotCommand> slots = entries.receiveMessage().slots();
    acquire(node, "first", false);
    granted();
    slots.tell(new SlotCommand.Claim(1, gateway.ref()));
    node.tell(NodeActor.Drain.INSTANCE);
    gateway.expectMessage(new SlotOffer("n1", 1, SlotOffer.REFUSED));
    slots.tell(new SlotCommand.Claim(2, gateway.ref()));
    gateway.expectMessage(new SlotOffer("n1", 2, SlotOffer.REFUSED));
  }

  @Test
  void an_idle_node_that_drains_stops_at_once() {
    ActorRef<NodeActor.Command> node = startUp();
    node.tell(NodeActor.Drain.INSTANCE);
    calls.expectTerminated(node);
  }
}
