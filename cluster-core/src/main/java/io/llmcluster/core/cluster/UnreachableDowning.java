package io.llmcluster.core.cluster;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.DowningProvider;
import org.apache.pekko.cluster.sbr.SplitBrainResolverSettings;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Takes out of the cluster whoever cannot be reached for {@code split-brain-resolver.stable-after},
 * however few are left. Only for members on one machine: a member there that does not answer is
 * dead or stopped, never on the other side of a broken network.
 */
public final class UnreachableDowning extends DowningProvider {

  private final org.apache.pekko.actor.ActorSystem system;

  /** Made by Pekko, by name. */
  public UnreachableDowning(org.apache.pekko.actor.ActorSystem system) {
    this.system = system;
  }

  private FiniteDuration stableAfter() {
    return new SplitBrainResolverSettings(system.settings().config()).DowningStableAfter();
  }

  @Override
  public FiniteDuration downRemovalMargin() {
    return stableAfter();
  }

  @Override
  public Option<org.apache.pekko.actor.Props> downingActorProps() {
    long nanos = stableAfter().toNanos();
    return Option.apply(Adapter.props(() -> Downer.create(nanos)));
  }

  private sealed interface Command {}

  private record Reachability(ClusterEvent.ClusterDomainEvent event) implements Command {}

  private record GivenUp(ThisActorSystemQuarantinedEvent event) implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  /** Watches and downs. */
  private static final class Downer extends AbstractBehavior<Command> {

    private static final Duration LOOK = Duration.ofMillis(250);

    private final SilenceRule rule;
    private final Set<Address> unreachable = new HashSet<>();

    static Behavior<Command> create(long stableAfterNanos) {
      return Behaviors.setup(
          context ->
              Behaviors.withTimers(
                  timers -> {
                    timers.startTimerWithFixedDelay(Look.INSTANCE, LOOK);
                    return new Downer(context, stableAfterNanos);
                  }));
    }

    private Downer(ActorContext<Command> context, long stableAfterNanos) {
      super(context);
      this.rule = new SilenceRule(stableAfterNanos, System.nanoTime());
      Cluster.get(context.getSystem())
          .subscriptions()
          .tell(
              Subscribe.create(
                  context.messageAdapter(ClusterEvent.ClusterDomainEvent.class, Reachability::new),
                  ClusterEvent.ClusterDomainEvent.class));
      context
          .getSystem()
          .eventStream()
          .tell(
              new EventStream.Subscribe<>(
                  ThisActorSystemQuarantinedEvent.class,
                  context.messageAdapter(ThisActorSystemQuarantinedEvent.class, GivenUp::new)));
    }

    @Override
    public Receive<Command> createReceive() {
      return newReceiveBuilder()
          .onMessage(Reachability.class, reachability -> onReachability(reachability.event()))
          .onMessage(GivenUp.class, this::onGivenUp)
          .onMessageEquals(Look.INSTANCE, this::onLook)
          .build();
    }

    private Behavior<Command> onReachability(ClusterEvent.ClusterDomainEvent event) {
      boolean changed = false;
      if (event instanceof ClusterEvent.UnreachableMember lost) {
        changed = unreachable.add(lost.member().address());
      } else if (event instanceof ClusterEvent.ReachableMember back) {
        changed = unreachable.remove(back.member().address());
      } else if (event instanceof ClusterEvent.MemberRemoved gone) {
        changed = unreachable.remove(gone.member().address());
      }
      if (changed) {
        rule.changed(System.nanoTime());
      }
      return this;
    }

    private Behavior<Command> onLook() {
      if (rule.isOver(System.nanoTime()) && !unreachable.isEmpty()) {
        getContext()
            .getLog()
            .warn("taking out of the cluster who cannot be reached: {}", unreachable);
        unreachable.forEach(this::down);
        unreachable.clear();
      }
      return this;
    }

    /** The others have gone on without this member; alone it would be a second cluster. */
    private Behavior<Command> onGivenUp(GivenUp givenUp) {
      getContext().getLog().warn("{} has given this member up", givenUp.event().remoteAddress());
      down(Cluster.get(getContext().getSystem()).selfMember().address());
      return this;
    }

    private void down(Address address) {
      Cluster.get(getContext().getSystem()).manager().tell(new Down(address));
    }
  }
}
