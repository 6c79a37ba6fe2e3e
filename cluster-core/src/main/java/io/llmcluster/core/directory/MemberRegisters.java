package io.llmcluster.core.directory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.LWWRegisterKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What members say, in Distributed Data: one register for each, written by that member alone. Used
 * by one actor; members are named as {@link DirectoryActor#memberName} does.
 */
final class MemberRegisters {

  /** How long a write waits for the other members; gossip delivers it in any case. */
  private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(MemberRegisters.class);

  private final ActorContext<?> owner;
  private final ActorSystem<?> system;
  private final SelfUniqueAddress self;
  private final ActorRef<Replicator.Command> replicator;
  private final Map<String, ActorRef<Replicator.SubscribeResponse<LWWRegister<PackedNodes>>>>
      listeners = new HashMap<>();

  MemberRegisters(ActorContext<?> owner) {
    DistributedData data = DistributedData.get(owner.getSystem());
    this.owner = owner;
    this.system = owner.getSystem();
    this.self = data.selfUniqueAddress();
    this.replicator = data.replicator();
  }

  private static Key<LWWRegister<PackedNodes>> keyOf(String member) {
    return LWWRegisterKey.create("nodes@" + member);
  }

  /** Writes this member's own. */
  void write(MemberNodes nodes) {
    PackedNodes packed = PackedNodes.of(nodes, system);
    replicator.tell(
        new Replicator.Update<>(
            keyOf(DirectoryActor.memberName(self.uniqueAddress())),
            LWWRegister.create(self, packed),
            new Replicator.WriteAll(WRITE_TIMEOUT),
            owner.getSystem().ignoreRef(),
            register -> register.withValue(self, packed)));
  }

  /**
   * Listens to a member, until it is forgotten; once for each.
   *
   * <p>A subscriber of its own for each register. Pekko's replicator knows subscriptions by their
   * subscriber: to end one of several that share it would end another one (ReplicatorBehavior keeps
   * one adapter for each subscriber, the last).
   *
   * @param heard called with what the member says, on any thread
   */
  void listenTo(String member, Consumer<MemberNodes> heard) {
    if (listeners.containsKey(member)) {
      return;
    }
    Key<LWWRegister<PackedNodes>> key = keyOf(member);
    ActorRef<Replicator.SubscribeResponse<LWWRegister<PackedNodes>>> listener =
        owner.spawnAnonymous(
            Behaviors.receiveMessage(
                response -> {
                  if (response instanceof Replicator.Changed<LWWRegister<PackedNodes>> changed) {
                    unpacked(member, changed.get(key).getValue()).ifPresent(heard);
                  }
                  return Behaviors.same();
                }));
    replicator.tell(new Replicator.Subscribe<>(key, listener));
    listeners.put(member, listener);
  }

  private Optional<MemberNodes> unpacked(String member, PackedNodes packed) {
    try {
      return Optional.of(packed.nodes(system));
    } catch (RuntimeException unreadable) {
      LOG.warn("what {} says of its nodes cannot be read: {}", member, unreadable.toString());
      return Optional.empty();
    }
  }

  /** Of a member that has left. Its register is deleted too: nobody will write to it again. */
  void forget(String member) {
    @Nullable ActorRef<Replicator.SubscribeResponse<LWWRegister<PackedNodes>>> listener =
        listeners.remove(member);
    if (listener != null) {
      owner.stop(listener); // which ends its subscription
      replicator.tell(
          new Replicator.Delete<>(
              keyOf(member), Replicator.writeLocal(), owner.getSystem().ignoreRef()));
    }
  }
}
