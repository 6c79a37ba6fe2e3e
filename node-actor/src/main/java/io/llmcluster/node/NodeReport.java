package io.llmcluster.node;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeLife;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendStatus;
import org.apache.pekko.actor.typed.ActorRef;

/** What a node tells the directory of itself. Not thread-safe; {@link NodeActor} owns it. */
final class NodeReport {

  private final NodeSpec spec;
  private final NodeIdentity identity;
  private final long incarnation;
  private final ActorRef<SlotCommand> gateways;
  private long loadSequence;

  /**
   * @param incarnation when this life of the node began (ms since 1970)
   * @param gateways takes the slot commands of gateways
   */
  NodeReport(
      NodeSpec spec, NodeIdentity identity, long incarnation, ActorRef<SlotCommand> gateways) {
    this.spec = spec;
    this.identity = identity;
    this.incarnation = incarnation;
    this.gateways = gateways;
  }

  NodeLife life() {
    return new NodeLife(spec.name(), identity.member(), incarnation);
  }

  /** Each load has a number, by which the newest is known. */
  NodeLoad load(NodeSlots slots, Averages averages) {
    return new NodeLoad(
        ++loadSequence, slots.active(), slots.waiting(), slots.capacity(), averages.failureRate());
  }

  NodeEntry entry(BackendWatch watch, boolean draining, Averages averages) {
    Backend backend = watch.backend();
    BackendStatus status = watch.status();
    NodeSpec seen =
        new NodeSpec(
            spec.name(),
            spec.host(),
            spec.port(),
            spec.type(),
            spec.platform(),
            spec.capabilities(),
            backend == null ? spec.backend() : backend.kind(),
            spec.concurrency());
    return new NodeEntry(
        seen,
        incarnation,
        identity.member(),
        identity.grpcHost(),
        identity.grpcPort(),
        gateways,
        identity.hardwareOf(spec),
        draining ? NodeHealth.DRAINING : status.health(),
        draining ? "" : status.reason(),
        status.version(),
        status.installed(),
        status.loaded(),
        averages.byModel());
  }
}
