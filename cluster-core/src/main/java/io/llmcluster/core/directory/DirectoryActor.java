package io.llmcluster.core.directory;

import io.llmcluster.core.cluster.ClusterSettings.Role;
import io.llmcluster.core.serialization.ClusterMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.LWWRegisterKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this member's {@link Directory}, one per member.
 *
 * <p>Nodes, models and health travel by Distributed Data, one register per member, written by that
 * member alone. Loads change with every request; they go straight to the other directories,
 * gathered for a few milliseconds.
 */
public final class DirectoryActor extends AbstractBehavior<DirectoryActor.Command> {

  private static final ServiceKey<Command> PEERS = ServiceKey.create(Command.class, "directory");

  /** Loads are gathered this long before the others hear of them. */
  private static final Duration LOADS_GATHERED = Duration.ofMillis(10);

  /** How long a write waits for the other members; gossip delivers it in any case. */
  private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

  /** Each is logged once; a cluster with more trouble than that has been told enough. */
  private static final int MOST_COMPLAINTS = 1_000;

  public sealed interface Command {}

  /** This member's nodes as they are now; replaces what it said before. */
  public record Publish(MemberNodes nodes) implements Command {}

  /** The load of one of this member's nodes changed. */
  public record LoadChanged(NodeLife life, NodeLoad load) implements Command, ClusterMessage {}

  private record PeerLoads(List<LoadChanged> loads) implements Command, ClusterMessage {}

  private record Peers(Receptionist.Listing listing) implements Command {}

  private record RegisterChanged(Replicator.SubscribeResponse<LWWRegister<MemberNodes>> response)
      implements Command {}

  private record Written(Replicator.UpdateResponse<LWWRegister<MemberNodes>> response)
      implements Command {}

  private record Membership(ClusterEvent.ClusterDomainEvent event) implements Command {}

  private enum SendLoads implements Command {
    INSTANCE
  }

  private final Directory directory;
  private final KnownNodes known = new KnownNodes();
  private final TimerScheduler<Command> timers;
  private final SelfUniqueAddress selfAddress;
  private final ReplicatorMessageAdapter<Command, LWWRegister<MemberNodes>> replicator;
  private final Map<String, ActorRef<Replicator.SubscribeResponse<LWWRegister<MemberNodes>>>>
      listeners = new HashMap<>();
  private final Set<String> complained = new HashSet<>();

  /** Null until something was published; what has no nodes never does. */
  private @Nullable MemberNodes own;

  private @Nullable MemberNodes written;
  private final Map<NodeLife, LoadChanged> unsentLoads = new HashMap<>();
  private Set<ActorRef<Command>> peers = Set.of();
  private final Map<String, LiveMember> members = new TreeMap<>();
  private final Set<String> unreachable = new HashSet<>();

  public static Behavior<Command> create(Directory directory) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    DistributedData.withReplicatorMessageAdapter(
                        (ReplicatorMessageAdapter<Command, LWWRegister<MemberNodes>> replicator) ->
                            new DirectoryActor(context, timers, replicator, directory))));
  }

  private DirectoryActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReplicatorMessageAdapter<Command, LWWRegister<MemberNodes>> replicator,
      Directory directory) {
    super(context);
    this.directory = directory;
    this.timers = timers;
    this.replicator = replicator;
    this.selfAddress = DistributedData.get(context.getSystem()).selfUniqueAddress();
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(ClusterEvent.ClusterDomainEvent.class, Membership::new),
                ClusterEvent.ClusterDomainEvent.class));
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(PEERS, context.getSelf().narrow()));
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.subscribe(
                PEERS, context.messageAdapter(Receptionist.Listing.class, Peers::new)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Publish.class, this::onPublish)
        .onMessage(LoadChanged.class, this::onLoadChanged)
        .onMessage(PeerLoads.class, this::onPeerLoads)
        .onMessage(Peers.class, this::onPeers)
        .onMessage(RegisterChanged.class, changed -> onRegister(changed.response()))
        .onMessage(Written.class, written -> this)
        .onMessage(Membership.class, membership -> onMembership(membership.event()))
        .onMessageEquals(SendLoads.INSTANCE, this::onSendLoads)
        .build();
  }

  /** How {@link NodeEntry#member} names a member: its address and the number of its life. */
  public static String memberName(UniqueAddress member) {
    return member.address() + "#" + member.longUid();
  }

  private static String machine(UniqueAddress member) {
    return member.address().getHost().orElse("");
  }

  private static Key<LWWRegister<MemberNodes>> keyOf(String member) {
    return LWWRegisterKey.create("nodes@" + member);
  }

  private Behavior<Command> onPublish(Publish publish) {
    MemberNodes nodes = publish.nodes().bounded();
    own = nodes;
    known.heard(
        memberName(selfAddress.uniqueAddress()), machine(selfAddress.uniqueAddress()), nodes);
    show();
    return this;
  }

  /** Says what this member has to say, unless it has said so already. */
  private void write() {
    List<WantedNode> inherited = known.inherited();
    MemberNodes now = (own == null ? MemberNodes.NONE : own).withInherited(inherited);
    if ((own == null && inherited.isEmpty()) || now.equals(written)) {
      return;
    }
    written = now;
    replicator.askUpdate(
        replyTo ->
            new Replicator.Update<>(
                keyOf(memberName(selfAddress.uniqueAddress())),
                LWWRegister.create(selfAddress, MemberNodes.NONE),
                new Replicator.WriteAll(WRITE_TIMEOUT),
                replyTo,
                register -> register.withValue(selfAddress, now)),
        Written::new);
  }

  private Behavior<Command> onRegister(
      Replicator.SubscribeResponse<LWWRegister<MemberNodes>> response) {
    if (response instanceof Replicator.Changed<LWWRegister<MemberNodes>> changed) {
      String member = changed.key().id().substring("nodes@".length());
      LiveMember live = members.get(member);
      if (live != null) {
        known.heard(member, live.host(), changed.get(changed.key()).getValue());
        show();
      }
    }
    return this;
  }

  private Behavior<Command> onMembership(ClusterEvent.ClusterDomainEvent event) {
    if (event instanceof ClusterEvent.MemberUp up) {
      joined(up.member());
    } else if (event instanceof ClusterEvent.MemberRemoved removed) {
      left(removed.member());
    } else if (event instanceof ClusterEvent.UnreachableMember lost) {
      unreachable.add(memberName(lost.member().uniqueAddress()));
    } else if (event instanceof ClusterEvent.ReachableMember back) {
      unreachable.remove(memberName(back.member().uniqueAddress()));
    } else {
      return this;
    }
    show();
    return this;
  }

  private void joined(Member member) {
    String name = memberName(member.uniqueAddress());
    members.put(
        name, new LiveMember(name, machine(member.uniqueAddress()), member.getRoles(), false));
    if (!name.equals(memberName(selfAddress.uniqueAddress())) && !listeners.containsKey(name)) {
      listeners.put(name, listenTo(name));
    }
  }

  /**
   * A subscriber of its own for each register. Pekko's replicator knows subscriptions by their
   * subscriber: to end one of several that share it would end another one (ReplicatorBehavior keeps
   * one adapter for each subscriber, the last).
   */
  private ActorRef<Replicator.SubscribeResponse<LWWRegister<MemberNodes>>> listenTo(String name) {
    ActorRef<Command> self = getContext().getSelf();
    ActorRef<Replicator.SubscribeResponse<LWWRegister<MemberNodes>>> listener =
        getContext()
            .spawnAnonymous(
                Behaviors.receiveMessage(
                    response -> {
                      self.tell(new RegisterChanged(response));
                      return Behaviors.same();
                    }));
    DistributedData.get(getContext().getSystem())
        .replicator()
        .tell(new Replicator.Subscribe<>(keyOf(name), listener));
    return listener;
  }

  /** Its register is deleted too: nobody will write to it again. */
  private void left(Member member) {
    String name = memberName(member.uniqueAddress());
    members.remove(name);
    unreachable.remove(name);
    known.gone(name);
    @Nullable ActorRef<Replicator.SubscribeResponse<LWWRegister<MemberNodes>>> listener =
        listeners.remove(name);
    if (listener != null) {
      getContext().stop(listener); // which ends its subscription
      replicator.askDelete(
          replyTo -> new Replicator.Delete<>(keyOf(name), Replicator.writeLocal(), replyTo),
          response -> SendLoads.INSTANCE);
    }
  }

  private void show() {
    List<LiveMember> live =
        members.values().stream()
            .filter(member -> !unreachable.contains(member.name()))
            .map(member -> member.draining(known.isDraining(member.name())))
            .toList();
    directory.show(
        DirectoryView.of(known.wanted(), live, known.entries(unreachable)), heardOfAll(live));
    known.complaints().stream()
        .filter(complaint -> complained.size() < MOST_COMPLAINTS && complained.add(complaint))
        .forEach(complaint -> getContext().getLog().warn("{}", complaint));
    write();
  }

  private boolean heardOfAll(List<LiveMember> live) {
    String self = memberName(selfAddress.uniqueAddress());
    return members.containsKey(self)
        && live.stream()
            .filter(member -> member.roles().contains(Role.NODE.id()))
            .allMatch(member -> known.hasHeard(member.name()));
  }

  private Behavior<Command> onLoadChanged(LoadChanged changed) {
    directory.loadChanged(changed.life(), changed.load());
    if (unsentLoads.isEmpty()) {
      timers.startSingleTimer(SendLoads.INSTANCE, LOADS_GATHERED);
    }
    unsentLoads.put(changed.life(), changed);
    return this;
  }

  private Behavior<Command> onSendLoads() {
    if (!unsentLoads.isEmpty()) {
      PeerLoads loads = new PeerLoads(List.copyOf(unsentLoads.values()));
      unsentLoads.clear();
      for (ActorRef<Command> peer : peers) {
        if (!peer.equals(getContext().getSelf())) {
          peer.tell(loads);
        }
      }
    }
    return this;
  }

  private Behavior<Command> onPeerLoads(PeerLoads peerLoads) {
    peerLoads.loads().forEach(load -> directory.loadChanged(load.life(), load.load()));
    return this;
  }

  /**
   * A new peer is told the present loads of this member's nodes, or it would take them for idle.
   */
  private Behavior<Command> onPeers(Peers changed) {
    peers = changed.listing().getServiceInstances(PEERS);
    String self = memberName(selfAddress.uniqueAddress());
    for (NodeEntry entry : List.copyOf(directory.view().nodes())) {
      if (entry.member().equals(self)) {
        onLoadChanged(new LoadChanged(entry.life(), directory.load(entry)));
      }
    }
    return this;
  }
}
