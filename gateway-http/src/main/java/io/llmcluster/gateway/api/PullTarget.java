package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.model.ModelName;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Which node a pull that names none goes to. */
final class PullTarget {

  private PullTarget() {}

  /**
   * One that has the model, for which the pull is an update; else, and among several of them, the
   * one with the most room, then the least loaded.
   *
   * @param nodes that can fetch models
   * @param model as the client wrote it
   * @param load of a node; only compared
   * @return empty if there are no nodes
   */
  static Optional<NodeEntry> of(
      Collection<NodeEntry> nodes, String model, ToDoubleFunction<NodeEntry> load) {
    String key = ModelName.key(model);
    return nodes.stream()
        .min(
            Comparator.comparing((NodeEntry node) -> !has(node, key))
                .thenComparing(Comparator.comparingLong(PullTarget::room).reversed())
                .thenComparingDouble(load));
  }

  private static boolean has(NodeEntry node, String key) {
    return node.installed().stream().anyMatch(model -> ModelName.key(model.name()).equals(key));
  }

  /**
   * Its machine's memory, 0 if unknown, less the sizes of its models, in bytes. Nobody knows how
   * much room its disk has.
   */
  private static long room(NodeEntry node) {
    return node.hardware().memoryBytes()
        - node.installed().stream().mapToLong(InstalledModel::size).sum();
  }
}
