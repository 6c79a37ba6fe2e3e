package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.gateway.wire.WireException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Which nodes a control call means. */
public final class NodeAccess {

  private final Directory directory;
  private final NodeClients clients;

  public NodeAccess(Directory directory, NodeClients clients) {
    this.directory = directory;
    this.clients = clients;
  }

  NodeService service(NodeEntry node) {
    return clients.serviceOf(node);
  }

  /**
   * The healthy nodes that have the model, least loaded first.
   *
   * @throws InferenceFailure.ModelNotFound if none has it
   */
  List<NodeEntry> having(String model) {
    List<NodeEntry> having =
        directory.view().withModel(ModelName.key(model)).stream()
            .filter(node -> node.health().takesRequests())
            .sorted(Comparator.comparingDouble(this::relativeLoad))
            .toList();
    if (!having.isEmpty()) {
      return having;
    }
    if (!directory.view().withModel(ModelName.key(model)).isEmpty()) {
      throw new InferenceFailure.NoNode("no node that has model '" + model + "' can be reached");
    }
    throw new InferenceFailure.ModelNotFound(model);
  }

  /** The healthy node with the most room: fewest models, then least load. */
  NodeEntry roomiest() {
    return directory.view().nodes().stream()
        .filter(node -> node.health().takesRequests())
        .min(
            Comparator.<NodeEntry>comparingInt(node -> node.installed().size())
                .thenComparingDouble(this::relativeLoad))
        .orElseThrow(() -> new InferenceFailure.NoNode("no node can be reached"));
  }

  /**
   * The nodes of these names.
   *
   * @throws WireException 404 that names the first unknown one
   */
  List<NodeEntry> named(List<String> names) {
    List<NodeEntry> nodes = new ArrayList<>();
    for (String name : names) {
      nodes.add(
          directory
              .view()
              .node(name)
              .orElseThrow(() -> new WireException(404, "node '" + name + "' not found")));
    }
    return nodes;
  }

  /** For {@code X-Served-By} when several nodes had a part in it. */
  static String names(List<NodeEntry> nodes) {
    return nodes.stream().map(NodeEntry::name).collect(Collectors.joining(", "));
  }

  private double relativeLoad(NodeEntry node) {
    NodeLoad load = directory.load(node);
    return (double) (load.active() + load.waiting()) / load.capacity();
  }
}
