package io.llmcluster.core.directory;

import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.serialization.ClusterMessage;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * All that the cluster knows of a node, but for its load, which changes too often to be part of
 * this.
 *
 * @param spec as its operator described it; {@code backend} is what was found out
 * @param incarnation when its actor started (ms since 1970); of two entries of one name the later
 *     is the true one
 * @param member the Artery address of the member that stands for it
 * @param grpcHost where its member's node port listens
 * @param grpcPort that port
 * @param slots takes the slot commands of gateways
 * @param hardware of its machine
 * @param health how it is
 * @param reason why it is not up, one line; empty when it is
 * @param version of the backend; empty if it has none
 * @param installed models on its disk
 * @param loaded models in its memory
 * @param speeds per model, by {@link io.llmcluster.core.model.ModelName#key}
 */
public record NodeEntry(
    NodeSpec spec,
    long incarnation,
    String member,
    String grpcHost,
    int grpcPort,
    ActorRef<SlotCommand> slots,
    Hardware hardware,
    NodeHealth health,
    String reason,
    String version,
    List<InstalledModel> installed,
    List<LoadedModel> loaded,
    Map<String, ModelSpeed> speeds)
    implements ClusterMessage {

  public NodeEntry {
    installed = List.copyOf(installed);
    loaded = List.copyOf(loaded);
    // In an order, and not Map.copyOf, whose order is another in each process.
    speeds = Collections.unmodifiableMap(new TreeMap<>(speeds));
  }

  public String name() {
    return spec.name();
  }

  /** What this entry tells of; entries of one life differ only in what was found out since. */
  public NodeLife life() {
    return new NodeLife(spec.name(), member, incarnation);
  }

  /**
   * Whether the model is in the node's memory.
   *
   * @param modelKey as {@link ModelName#key} makes it
   */
  public boolean hasLoaded(String modelKey) {
    for (LoadedModel model : loaded) {
      if (ModelName.key(model.name()).equals(modelKey)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is nothing to tell anew; speeds change a little with every call. */
  public boolean saysTheSameAs(NodeEntry other) {
    return rounded().equals(other.rounded());
  }

  private NodeEntry rounded() {
    Map<String, ModelSpeed> coarse = new HashMap<>();
    speeds.forEach((model, speed) -> coarse.put(model, speed.rounded()));
    return withSpeeds(coarse);
  }

  NodeEntry withSpeeds(Map<String, ModelSpeed> measured) {
    return new NodeEntry(
        spec,
        incarnation,
        member,
        grpcHost,
        grpcPort,
        slots,
        hardware,
        health,
        reason,
        version,
        installed,
        loaded,
        measured);
  }

  NodeEntry withInstalled(List<InstalledModel> models) {
    return new NodeEntry(
        spec,
        incarnation,
        member,
        grpcHost,
        grpcPort,
        slots,
        hardware,
        health,
        reason,
        version,
        models,
        loaded,
        speeds);
  }

  /** The same node, seen as unreachable by this member. */
  public NodeEntry unreachable() {
    return new NodeEntry(
        spec,
        incarnation,
        member,
        grpcHost,
        grpcPort,
        slots,
        hardware,
        NodeHealth.DOWN,
        "its member " + member + " is unreachable",
        version,
        installed,
        loaded,
        speeds);
  }
}
