package io.llmcluster.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.Directories;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeLife;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.directory.SlotOffer;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.inference.InferenceSettings;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.queue.WaitingRoom.GrantedSlot;
import io.llmcluster.core.stream.ByteBudget;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final NodeConstraint ON_GPU =
      new NodeConstraint(List.of("gpu"), List.of(), List.of());

  private final Directory directory = new Directory();
  private final TestProbe<SlotCommand> first = KIT.createTestProbe();
  private final TestProbe<SlotCommand> second = KIT.createTestProbe();
  private final ActorRef<WaitingRoom.Command> room =
      KIT.spawn(WaitingRoom.create(directory, settings(LONG)));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** Two places to wait. */
  private static InferenceSettings settings(Duration grace) {
    return new InferenceSettings(
        2, 10, LONG, grace, 3, Duration.ofSeconds(9), ByteBudget.ofThisProcess());
  }

  @BeforeEach
  void twoFullNodes() {
    Directories.show(
        directory, Directories.node("n1", 1, first.ref()), Directories.node("n2", 2, second.ref()));
  }

  private static CompletableFuture<GrantedSlot> enter(
      ActorRef<WaitingRoom.Command> room, long id, Duration patience) {
    return enter(room, id, patience, NodeConstraint.ANY, Set.of());
  }

  private static CompletableFuture<GrantedSlot> enter(
      ActorRef<WaitingRoom.Command> room,
      long id,
      Duration patience,
      NodeConstraint nodes,
      Set<NodeLife> failed) {
    CompletableFuture<GrantedSlot> slot = new CompletableFuture<>();
    room.tell(
        new WaitingRoom.Enter(
            id,
            new WaitingRoom.Waiting(
                "m", "m:latest", nodes, failed, slot, System.nanoTime() + patience.toNanos())));
    return slot;
  }

  private CompletableFuture<GrantedSlot> enter(long id) {
    return enter(room, id, LONG);
  }

  private static SlotCommand.Claim claimAt(TestProbe<SlotCommand> node) {
    return node.expectMessageClass(SlotCommand.Claim.class);
  }

  private static void offer(String node, SlotCommand.Claim claim, long slot) {
    claim.replyTo().tell(new SlotOffer(node, claim.ticket(), slot));
  }

  private static GrantedSlot get(CompletableFuture<GrantedSlot> slot) {
    return slot.orTimeout(3, TimeUnit.SECONDS).join();
  }

  private static void assertFails(
      CompletableFuture<GrantedSlot> slot, Class<? extends InferenceFailure> type) {
    assertThatThrownBy(() -> slot.get(3, TimeUnit.SECONDS)).hasCauseInstanceOf(type);
  }

  @Test
  void a_request_is_bound_to_the_node_that_has_a_slot_first() {
    CompletableFuture<GrantedSlot> slot = enter(1);
    SlotCommand.Claim atFirst = claimAt(first);
    SlotCommand.Claim atSecond = claimAt(second);
    offer("n2", atSecond, 77);
    assertThat(get(slot).node().name()).isEqualTo("n2");
    assertThat(get(slot).slot()).isEqualTo(77);
    SlotCommand.Withdraw withdrawn = first.expectMessageClass(SlotCommand.Withdraw.class);
    assertThat(withdrawn.ticket()).isEqualTo(atFirst.ticket());
  }

  /** A claim for this request would have been withdrawn, and an offer to it given back. */
  private void assertThatFirstWasNotClaimedFor(CompletableFuture<GrantedSlot> served) {
    get(served);
    CompletableFuture<GrantedSlot> next = enter(2);
    offer("n1", claimAt(first), 6);
    assertThat(get(next).slot()).isEqualTo(6);
  }

  @Test
  void a_request_for_some_nodes_waits_for_those_only() {
    Directories.show(
        directory,
        Directories.node("n1", 1, first.ref()),
        Directories.node("g1", "gpu", 2, "g1", second.ref()));
    CompletableFuture<GrantedSlot> onGpu = enter(room, 1, LONG, ON_GPU, Set.of());
    offer("g1", claimAt(second), 5);
    assertThatFirstWasNotClaimedFor(onGpu);
  }

  @Test
  void a_node_that_failed_the_request_is_not_waited_for() {
    Set<NodeLife> failed = Set.of(Directories.node("n1", 1, first.ref()).life());
    CompletableFuture<GrantedSlot> other = enter(room, 1, LONG, NodeConstraint.ANY, failed);
    offer("n2", claimAt(second), 5);
    assertThatFirstWasNotClaimedFor(other);
  }

  @Test
  void a_request_for_nodes_that_lack_the_model_is_told_so_when_its_grace_is_over() {
    Directories.show(
        directory,
        Directories.node("n1", 1, first.ref()),
        Directories.without(Directories.node("g1", "gpu", 2, "g1", second.ref())));
    ActorRef<WaitingRoom.Command> impatient =
        KIT.spawn(WaitingRoom.create(directory, settings(Duration.ofMillis(1))));
    CompletableFuture<GrantedSlot> onGpu = enter(impatient, 1, LONG, ON_GPU, Set.of());
    assertThatThrownBy(() -> get(onGpu))
        .hasCauseInstanceOf(InferenceFailure.ModelNotFound.class)
        .hasMessageContaining("of type gpu");
  }

  @Test
  void an_offer_that_comes_after_its_claim_was_withdrawn_is_given_back() {
    CompletableFuture<GrantedSlot> slot = enter(1);
    SlotCommand.Claim atFirst = claimAt(first);
    offer("n2", claimAt(second), 77);
    get(slot);
    first.expectMessageClass(SlotCommand.Withdraw.class);
    offer("n1", atFirst, 78);
    first.expectMessage(new SlotCommand.GiveBack(78));
  }

  @Test
  void slots_go_to_the_longest_waiting_request() {
    CompletableFuture<GrantedSlot> early = enter(1);
    CompletableFuture<GrantedSlot> late = enter(2);
    offer("n1", claimAt(first), 1);
    assertThat(get(early).slot()).isEqualTo(1);
    assertThat(late).isNotDone();
    offer("n1", claimAt(first), 2);
    assertThat(get(late).slot()).isEqualTo(2);
  }

  @Test
  void beyond_the_bound_a_request_is_refused_and_told_when_to_try_again() {
    enter(1);
    enter(2);
    CompletableFuture<GrantedSlot> third = enter(3);
    assertFails(third, InferenceFailure.Overloaded.class);
    third
        .handle(
            (slot, failure) ->
                assertThat(((InferenceFailure.Overloaded) failure).retryAfter())
                    .isEqualTo(Duration.ofSeconds(9)))
        .join();
  }

  @Test
  void a_request_that_leaves_frees_its_place_and_its_claims() {
    CompletableFuture<GrantedSlot> leaves = enter(1);
    claimAt(first);
    room.tell(new WaitingRoom.Leave(1));
    assertFails(leaves, InferenceFailure.Cancelled.class);
    first.expectMessageClass(SlotCommand.Withdraw.class);
    enter(2);
    CompletableFuture<GrantedSlot> third = enter(3);
    offer("n1", claimAt(first), 1);
    offer("n1", claimAt(first), 2);
    assertThat(get(third).slot()).isEqualTo(2);
  }

  @Test
  void a_request_that_left_before_it_entered_takes_no_place() {
    CompletableFuture<GrantedSlot> gone = new CompletableFuture<>();
    gone.cancel(false);
    for (long id = 1; id <= 2; id++) {
      room.tell(new WaitingRoom.Leave(id));
      room.tell(
          new WaitingRoom.Enter(
              id,
              new WaitingRoom.Waiting(
                  "m",
                  "m:latest",
                  NodeConstraint.ANY,
                  Set.of(),
                  gone,
                  System.nanoTime() + LONG.toNanos())));
    }
    CompletableFuture<GrantedSlot> slot = enter(3);
    offer("n1", claimAt(first), 1);
    assertThat(get(slot).slot()).isEqualTo(1);
  }

  @Test
  void a_request_that_has_just_left_gets_no_slot() {
    CompletableFuture<GrantedSlot> leaves = enter(1);
    CompletableFuture<GrantedSlot> stays = enter(2);
    SlotCommand.Claim claim = claimAt(first);
    leaves.cancel(false);
    offer("n1", claim, 1);
    assertThat(get(stays).slot()).isEqualTo(1);
  }

  @Test
  void a_refused_claim_is_made_again() {
    enter(1);
    offer("n1", claimAt(first), SlotOffer.REFUSED);
    claimAt(first);
  }

  @Test
  void a_node_that_appears_is_claimed_at() {
    enter(1);
    TestProbe<SlotCommand> third = KIT.createTestProbe();
    Directories.show(directory, Directories.node("n3", 3, third.ref()));
    claimAt(third);
  }

  @Test
  void a_request_that_waited_too_long_is_refused() {
    assertFails(enter(room, 1, Duration.ZERO), InferenceFailure.Overloaded.class);
  }

  @Test
  void without_any_node_a_request_waits_no_longer_than_the_grace() {
    ActorRef<WaitingRoom.Command> impatient =
        KIT.spawn(WaitingRoom.create(directory, settings(Duration.ZERO)));
    Directories.show(directory);
    assertFails(enter(impatient, 1, LONG), InferenceFailure.NoNode.class);
    Directories.show(directory, Directories.node("n1", 1, first.ref()).unreachable());
    assertFails(enter(impatient, 2, LONG), InferenceFailure.NoNode.class);
  }

  /** As when the one node that had the model was removed with its member. */
  @Test
  void a_model_that_no_healthy_node_has_any_more_is_not_found_after_the_grace() {
    ActorRef<WaitingRoom.Command> impatient =
        KIT.spawn(WaitingRoom.create(directory, settings(Duration.ZERO)));
    Directories.show(directory, Directories.nodeWithout("n1", 1, "m1", first.ref()));
    assertFails(enter(impatient, 1, LONG), InferenceFailure.ModelNotFound.class);
  }
}
