package io.llmcluster.node;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.MemberNodes;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.WantedNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Runs the nodes that are this member's to stand for: those that it was started with for itself
 * alone, and its share of those that the cluster wants. When members come or go the shares change;
 * a node that becomes another member's is drained here.
 */
public final class NodeHost extends AbstractBehavior<NodeHost.Command> {

  /** A node whose actor fails again and again must not keep a machine busy with it. */
  private static final Duration RESTART_SOON = Duration.ofMillis(200);

  private static final Duration RESTART_LATEST = Duration.ofSeconds(10);
  private static final double RESTART_SPREAD = 0.2;

  /**
   * A member that does not give a node up in this time is not waited for any longer; a second is
   * what it takes to hear of each other.
   */
  private static final Duration HAND_OVER = Duration.ofSeconds(2);

  public sealed interface Command {}

  /**
   * Drains every node and stops.
   *
   * @param drained completes when the last call has ended
   */
  public record DrainAll(CompletableFuture<Done> drained) implements Command {}

  private record Changed(NodeEntry entry, ActorRef<NodeActor.Command> node) implements Command {}

  private enum MembersChanged implements Command {
    INSTANCE
  }

  private record HandOverLate(String node) implements Command {}

  private record Running(NodeSpec spec, ActorRef<NodeActor.Command> node) {}

  private final TimerScheduler<Command> timers;
  private final Directory directory;
  private final ActorRef<DirectoryActor.Command> directoryActor;
  private final NodeIdentity identity;
  private final LocalNodes localNodes;
  private final NodeStarter starter;
  private final List<NodeSpec> wanted;
  private final List<NodeSpec> own;
  private final Map<String, Running> running = new HashMap<>();
  private final Map<ActorRef<NodeActor.Command>, NodeEntry> entries = new HashMap<>();

  /** Nodes that are told to drain and have not stopped yet. */
  private final Set<ActorRef<NodeActor.Command>> drainingNodes = new HashSet<>();

  /** Nodes that another member should have given up by now. */
  private final Set<String> late = new HashSet<>();

  private CompletableFuture<Done> drained = new CompletableFuture<>();
  private boolean draining;

  /** Makes the behaviour of one node. */
  @FunctionalInterface
  public interface NodeStarter {
    Behavior<NodeActor.Command> start(
        NodeSpec spec, BiConsumer<ActorRef<NodeActor.Command>, NodeEntry> changed);
  }

  /**
   * @param wanted nodes that this member asks the cluster to have; any member may stand for them
   * @param own nodes that live and die with this member
   */
  public static Behavior<Command> create(
      Directory directory,
      ActorRef<DirectoryActor.Command> directoryActor,
      NodeIdentity identity,
      LocalNodes localNodes,
      NodeStarter starter,
      List<NodeSpec> wanted,
      List<NodeSpec> own) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new NodeHost(
                        context,
                        timers,
                        directory,
                        directoryActor,
                        identity,
                        localNodes,
                        starter,
                        wanted,
                        own)));
  }

  private NodeHost(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Directory directory,
      ActorRef<DirectoryActor.Command> directoryActor,
      NodeIdentity identity,
      LocalNodes localNodes,
      NodeStarter starter,
      List<NodeSpec> wanted,
      List<NodeSpec> own) {
    super(context);
    this.timers = timers;
    this.directory = directory;
    this.directoryActor = directoryActor;
    this.identity = identity;
    this.localNodes = localNodes;
    this.starter = starter;
    this.wanted = wanted;
    this.own = own;
    ActorRef<Command> self = context.getSelf();
    directory.onChange(() -> self.tell(MembersChanged.INSTANCE));
    self.tell(MembersChanged.INSTANCE); // for what the directory knew before
    own.forEach(this::start);
    publish();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Changed.class, this::onChanged)
        .onMessageEquals(MembersChanged.INSTANCE, this::onMembersChanged)
        .onMessage(HandOverLate.class, this::onHandOverLate)
        .onMessage(DrainAll.class, this::onDrainAll)
        .onSignal(Terminated.class, this::onStopped)
        .build();
  }

  private Behavior<Command> onMembersChanged() {
    if (draining) {
      return this;
    }
    Map<String, NodeSpec> mine = new TreeMap<>();
    own.forEach(spec -> mine.put(spec.name(), spec));
    for (WantedNode node : directory.view().wanted()) {
      NodeAssignment.memberFor(node, directory.view().members())
          .filter(member -> member.name().equals(identity.member()))
          .ifPresent(me -> mine.putIfAbsent(node.spec().name(), node.spec()));
    }
    late.retainAll(mine.keySet());
    for (Running node : List.copyOf(running.values())) {
      if (!node.spec().equals(mine.get(node.spec().name()))) {
        drain(node);
      }
    }
    mine.values().stream()
        .filter(spec -> !running.containsKey(spec.name()))
        .forEach(this::startOrAwait);
    return this;
  }

  private void startOrAwait(NodeSpec spec) {
    String node = spec.name();
    if (own.contains(spec)
        || late.contains(node)
        || !HandOver.isAwaited(node, identity.member(), directory)) {
      timers.cancel(node);
      start(spec);
    } else if (!timers.isTimerActive(node)) {
      timers.startSingleTimer(node, new HandOverLate(node), HAND_OVER);
    }
  }

  private Behavior<Command> onHandOverLate(HandOverLate over) {
    late.add(over.node());
    return onMembersChanged();
  }

  private void start(NodeSpec spec) {
    ActorRef<Command> self = getContext().getSelf();
    ActorRef<NodeActor.Command> node =
        getContext()
            .spawnAnonymous(
                Behaviors.supervise(
                        starter.start(spec, (ref, entry) -> self.tell(new Changed(entry, ref))))
                    .onFailure(
                        SupervisorStrategy.restartWithBackoff(
                            RESTART_SOON, RESTART_LATEST, RESTART_SPREAD)));
    getContext().watch(node);
    running.put(spec.name(), new Running(spec, node));
    localNodes.put(spec.name(), node);
  }

  private void drain(Running node) {
    running.remove(node.spec().name());
    drainingNodes.add(node.node());
    node.node().tell(NodeActor.Drain.INSTANCE);
  }

  /** A look that found nothing new is nothing to tell: an idle cluster is silent. */
  private Behavior<Command> onChanged(Changed changed) {
    if (drainingNodes.contains(changed.node())
        && changed.entry().health() != NodeHealth.DRAINING) { // it failed, and began a new life
      changed.node().tell(NodeActor.Drain.INSTANCE);
    }
    NodeEntry before = entries.get(changed.node());
    if (before == null || !before.saysTheSameAs(changed.entry())) {
      entries.put(changed.node(), changed.entry());
      publish();
    }
    return this;
  }

  private Behavior<Command> onStopped(Terminated stopped) {
    entries.keySet().removeIf(node -> node.path().equals(stopped.getRef().path()));
    drainingNodes.removeIf(node -> node.path().equals(stopped.getRef().path()));
    localNodes.removeStopped(stopped.getRef());
    publish();
    if (running.values().removeIf(node -> node.node().path().equals(stopped.getRef().path()))) {
      // Nobody told it to: a failure that no restart helps. Another try, but not at once.
      timers.startSingleTimer(MembersChanged.INSTANCE, RESTART_LATEST);
    }
    completeIfDrained();
    return this;
  }

  private Behavior<Command> onDrainAll(DrainAll drain) {
    draining = true;
    drained = drain.drained();
    List.copyOf(running.values()).forEach(this::drain);
    publish(); // others stand for the nodes from now on, while these finish what they have
    completeIfDrained();
    return this;
  }

  private void completeIfDrained() {
    if (draining && drainingNodes.isEmpty()) {
      drained.complete(Done.getInstance());
    }
  }

  private void publish() {
    directoryActor.tell(
        new DirectoryActor.Publish(
            new MemberNodes(wanted, List.copyOf(entries.values()), List.of(), draining)));
  }
}
