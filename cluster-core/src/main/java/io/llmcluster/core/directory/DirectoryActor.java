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

  /** Each is logged once; a cluster with more trouble than that has been told enough. */
  private static final int MOST_COMPLAINTS = 1_000;

  public sealed interface Command {}

  /** This member's nodes as they are now; replaces what it said before. */
  public record Publish(MemberNodes nodes) implements Command {}

  /** The load of one of this member's nodes changed. */
  public record LoadChanged(NodeLife life, NodeLoad load) implements Command, ClusterMessage {}

  private record PeerLoads(List<LoadChanged> loads) implements Command, ClusterMessage {}

  private record Peers(Receptionist.Listing listing) implements Command {}

  private record Heard(String member, MemberNodes nodes) implements Command {}

  private record Membership(ClusterEvent.ClusterDomainEvent event) implements Command {}

  private enum SendLoads implements Command {
    INSTANCE
  }

  private final Directory directory;
  private final KnownNodes known = new KnownNodes();
  private final TimerScheduler<Command> timers;
  private final UniqueAddress self;
  private final MemberRegisters registers;
  private final Set<String> complained = new HashSet<>();

  /** Null until something was published; what has no nodes never does. */
  private @Nullable MemberNodes own;

  private @Nullable MemberNodes written;
  private final Map<NodeLife, LoadChanged> unsentLoads = new HashMap<>();
  private Set<ActorRef<Command>> peers = Set.of();
  private final Map<String, LiveMember> members = new TreeMap<>();
  private final Map<String, ClusterMember> everyMember = new TreeMap<>();
  private final Set<String> unreachable = new HashSet<>();

  public static Behavior<Command> create(Directory directory) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new DirectoryActor(context, timers, directory)));
  }

  private DirectoryActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Directory directory) {
    super(context);
    this.directory = directory;
    this.timers = timers;
    this.registers = new MemberRegisters(context);
    this.self = Cluster.get(context.getSystem()).selfMember().uniqueAddress();
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
        .onMessage(Heard.class, this::onHeard)
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

  private Behavior<Command> onPublish(Publish publish) {
    MemberNodes nodes = publish.nodes().bounded();
    own = nodes;
    known.heard(memberName(self), machine(self), nodes);
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
    registers.write(now);
  }

  private Behavior<Command> onHeard(Heard heard) {
    LiveMember live = members.get(heard.member());
    if (live != null) {
      known.heard(heard.member(), live.host(), heard.nodes());
      show();
    }
    return this;
  }

  private Behavior<Command> onMembership(ClusterEvent.ClusterDomainEvent event) {
    if (event instanceof ClusterEvent.MemberEvent changed) {
      changed(changed.member());
    }
    if (event instanceof ClusterEvent.MemberUp up) {
      joined(up.member());
    } else if (event instanceof ClusterEvent.MemberRemoved removed) {
      left(removed.member());
    } else if (event instanceof ClusterEvent.UnreachableMember lost) {
      unreachable.add(memberName(lost.member().uniqueAddress()));
    } else if (event instanceof ClusterEvent.ReachableMember back) {
      unreachable.remove(memberName(back.member().uniqueAddress()));
    } else if (!(event instanceof ClusterEvent.MemberEvent)) {
      return this;
    }
    show();
    return this;
  }

  private void changed(Member member) {
    String name = memberName(member.uniqueAddress());
    everyMember.put(
        name, new ClusterMember(name, member.getRoles(), ClusterMember.Status.of(member.status())));
  }

  private void joined(Member member) {
    String name = memberName(member.uniqueAddress());
    members.put(
        name, new LiveMember(name, machine(member.uniqueAddress()), member.getRoles(), false));
    if (!name.equals(memberName(self))) {
      ActorRef<Command> actor = getContext().getSelf();
      registers.listenTo(name, nodes -> actor.tell(new Heard(name, nodes)));
    }
  }

  private void left(Member member) {
    String name = memberName(member.uniqueAddress());
    members.remove(name);
    everyMember.remove(name);
    unreachable.remove(name);
    known.gone(name);
    registers.forget(name);
  }

  private void show() {
    List<LiveMember> live =
        members.values().stream()
            .filter(member -> !unreachable.contains(member.name()))
            .map(member -> member.draining(known.isDraining(member.name())))
            .toList();
    List<NodeEntry> entries = known.entries(unreachable);
    directory.show(
        DirectoryView.of(known.wanted(), live, entries, known.missed(live, entries))
            .withEveryMember(everyMemberAsSeen()),
        heardOfAll(live));
    known.complaints().stream()
        .filter(complaint -> complained.size() < MOST_COMPLAINTS && complained.add(complaint))
        .forEach(complaint -> getContext().getLog().warn("{}", complaint));
    write();
  }

  private List<ClusterMember> everyMemberAsSeen() {
    return everyMember.values().stream()
        .map(
            member ->
                member.seen(unreachable.contains(member.name()), known.isDraining(member.name())))
        .toList();
  }

  private boolean heardOfAll(List<LiveMember> live) {
    return members.containsKey(memberName(self))
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
    String name = memberName(self);
    for (NodeEntry entry : List.copyOf(directory.view().nodes())) {
      if (entry.member().equals(name)) {
        onLoadChanged(new LoadChanged(entry.life(), directory.load(entry)));
      }
    }
    return this;
  }
}
