package io.llmcluster.core.queue;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLife;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.directory.SlotOffer;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.inference.InferenceSettings;
import io.llmcluster.core.inference.NodeConstraint;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Where a gateway's requests wait while every node that could run them is full. The room claims
 * slots at all those nodes and gives each offered slot to the longest waiting request that it fits.
 */
public final class WaitingRoom extends AbstractBehavior<WaitingRoom.Command> {

  /** How often deadlines are looked at, and claims that a node refused are tried again. */
  private static final Duration TICK = Duration.ofMillis(100);

  /** After this long a claim is sent again: its first copy may have been lost with a connection. */
  private static final Duration CLAIM_AGAIN = Duration.ofSeconds(5);

  public sealed interface Command {}

  /**
   * A request asks for a slot.
   *
   * @param id to leave by
   * @param request what is known of it
   */
  public record Enter(long id, Waiting request) implements Command {}

  /** A request's caller went away. */
  public record Leave(long id) implements Command {}

  private record Offered(SlotOffer offer) implements Command {}

  private enum NodesChanged implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  /**
   * A request that waits.
   *
   * @param model as the client wrote it
   * @param modelKey the model's key in the directory
   * @param nodes that it may be sent to
   * @param failed lives of nodes that failed it; they are not asked again
   * @param slot completes with a slot, or fails with {@link InferenceFailure}; whoever waits may
   *     complete it too and has left with that. What depends on it must not run on this actor's
   *     thread
   * @param deadlineNanos when its wait ends, in {@link System#nanoTime}
   */
  public record Waiting(
      String model,
      String modelKey,
      NodeConstraint nodes,
      Set<NodeLife> failed,
      CompletableFuture<GrantedSlot> slot,
      long deadlineNanos) {

    public Waiting {
      failed = Set.copyOf(failed);
    }
  }

  /** A slot that is kept at the node until the call that names it. */
  public record GrantedSlot(NodeEntry node, long slot) {}

  private record Claimed(NodeEntry node, long sentNanos) {}

  private final Directory directory;
  private final InferenceSettings settings;
  private final ActorRef<SlotOffer> offers;
  private final WaitingQueue<Entry> queue;
  private final Map<Long, Claimed> claims = new HashMap<>();
  private long lastTicket;

  private static final class Entry {
    final Waiting request;
    long aloneSinceNanos;

    Entry(Waiting request) {
      this.request = request;
    }
  }

  public static Behavior<Command> create(Directory directory, InferenceSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                  return new WaitingRoom(context, directory, settings);
                }));
  }

  private WaitingRoom(
      ActorContext<Command> context, Directory directory, InferenceSettings settings) {
    super(context);
    this.directory = directory;
    this.settings = settings;
    this.queue = new WaitingQueue<>(settings.queueSize());
    this.offers = context.messageAdapter(SlotOffer.class, Offered::new);
    ActorRef<Command> self = context.getSelf();
    directory.onChange(() -> self.tell(NodesChanged.INSTANCE));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Enter.class, this::onEnter)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(Offered.class, offered -> onOffer(offered.offer()))
        .onMessageEquals(NodesChanged.INSTANCE, this::onNodesChanged)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .build();
  }

  private Behavior<Command> onEnter(Enter enter) {
    if (enter.request().slot().isDone()) {
      return this; // it left before it came: cancelling happens on another thread
    }
    if (!queue.offer(enter.id(), new Entry(enter.request()))) {
      enter
          .request()
          .slot()
          .completeExceptionally(InferenceFailure.Overloaded.tooManyPending(settings.retryAfter()));
      return this;
    }
    return claimSlots();
  }

  private Behavior<Command> onLeave(Leave leave) {
    queue.remove(leave.id()).ifPresent(entry -> fail(entry, new InferenceFailure.Cancelled()));
    return claimSlots();
  }

  private Behavior<Command> onOffer(SlotOffer offer) {
    Claimed claimed = claims.remove(offer.ticket());
    if (offer.refused()) {
      return this; // the next tick claims again
    }
    if (claimed == null) {
      giveBack(directory.view().node(offer.node()), offer.slot());
      return this;
    }
    Optional<Entry> next = queue.takeFirst(entry -> fits(entry, claimed.node()));
    if (next.isEmpty()
        || !next.get().request.slot().complete(new GrantedSlot(claimed.node(), offer.slot()))) {
      giveBack(Optional.of(claimed.node()), offer.slot());
    }
    return claimSlots();
  }

  private static void giveBack(Optional<NodeEntry> node, long slot) {
    node.ifPresent(entry -> entry.slots().tell(new SlotCommand.GiveBack(slot)));
  }

  /** Claims of nodes that went, stopped or moved are worth nothing any more. */
  private Behavior<Command> onNodesChanged() {
    claims
        .values()
        .removeIf(
            claimed ->
                directory
                    .view()
                    .node(claimed.node().name())
                    .filter(node -> node.life().equals(claimed.node().life()))
                    .filter(node -> node.health().takesRequests())
                    .isEmpty());
    return claimSlots();
  }

  private Behavior<Command> onTick() {
    if (queue.size() > 0) {
      long now = System.nanoTime();
      queue
          .removeAll(entry -> now - entry.request.deadlineNanos() >= 0)
          .forEach(
              entry ->
                  fail(
                      entry,
                      new InferenceFailure.Overloaded(
                          "no slot became free in " + settings.queueTimeout().toSeconds() + "s",
                          settings.retryAfter())));
      queue.removeAll(entry -> isAbandoned(entry, now)).forEach(this::failAbandoned);
    }
    return claimSlots();
  }

  private boolean isAbandoned(Entry entry, long now) {
    boolean alone =
        directory.view().withModel(entry.request.modelKey()).stream()
            .noneMatch(node -> fits(entry, node));
    if (!alone) {
      entry.aloneSinceNanos = 0;
      return false;
    }
    if (entry.aloneSinceNanos == 0) {
      entry.aloneSinceNanos = now;
    }
    return now - entry.aloneSinceNanos >= settings.grace().toNanos();
  }

  private void failAbandoned(Entry entry) {
    DirectoryView view = directory.view();
    String model = entry.request.model();
    NodeConstraint nodes = entry.request.nodes();
    fail(
        entry,
        view.withModel(entry.request.modelKey()).stream().noneMatch(nodes::allows)
            ? InferenceFailure.nobodyHas(model, nodes, view)
            : InferenceFailure.nobodyCanBeReached(model, nodes, view));
  }

  private static void fail(Entry entry, InferenceFailure failure) {
    entry.request.slot().completeExceptionally(failure);
  }

  /** Holds as many claims at each node as there are requests for it, up to its slots. */
  private Behavior<Command> claimSlots() {
    if (queue.size() == 0 && claims.isEmpty()) {
      return this;
    }
    long now = System.nanoTime();
    for (NodeEntry node : directory.view().nodes()) {
      int wanted =
          node.health().takesRequests()
              ? queue.count(entry -> fits(entry, node), directory.load(node).capacity())
              : 0;
      List<Map.Entry<Long, Claimed>> held =
          claims.entrySet().stream()
              .filter(claim -> claim.getValue().node().name().equals(node.name()))
              .toList();
      held.stream().skip(wanted).forEach(claim -> withdraw(claim.getKey(), claim.getValue()));
      held.stream()
          .limit(wanted)
          .filter(claim -> now - claim.getValue().sentNanos() > CLAIM_AGAIN.toNanos())
          .forEach(claim -> claim(claim.getKey(), node, now));
      for (int missing = wanted - held.size(); missing > 0; missing--) {
        claim(++lastTicket, node, now);
      }
    }
    return this;
  }

  private void claim(long ticket, NodeEntry node, long now) {
    claims.put(ticket, new Claimed(node, now));
    node.slots().tell(new SlotCommand.Claim(ticket, offers));
  }

  private void withdraw(long ticket, Claimed claimed) {
    claims.remove(ticket);
    claimed.node().slots().tell(new SlotCommand.Withdraw(ticket, offers));
  }

  private boolean fits(Entry entry, NodeEntry node) {
    return node.health().takesRequests()
        && !entry.request.slot().isDone()
        && entry.request.nodes().allows(node)
        && !entry.request.failed().contains(node.life())
        && directory.view().has(node.name(), entry.request.modelKey());
  }
}
