package io.llmcluster.core.inference;

import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.model.ModelName;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose outage it is that a request finds no node: only that of the nodes it is for, or the whole
 * cluster's. Whoever can do without an answer goes on in the first case, and waits in the second.
 */
final class Outage {

  /** A message is one line, however large the cluster is. */
  private static final int NAMED = 5;

  private Outage() {}

  /**
   * Of all nodes that have the model. One that takes requests, and failed this one, is not another
   * node.
   *
   * @param model as the client wrote it
   * @param nodes that may take the request
   */
  static InferenceFailure.NoNode ofModel(String model, NodeConstraint nodes, DirectoryView view) {
    String key = ModelName.key(model);
    List<NodeEntry> having = view.withModel(key).stream().filter(nodes::allows).toList();
    Stream<String> moving =
        view.missed(key).stream().filter(nodes::allows).map(node -> node.name() + " (moving)");
    return new InferenceFailure.NoNode(
        "no node"
            + (nodes.equals(NodeConstraint.ANY) ? "" : " " + nodes.words())
            + " that has model '"
            + model
            + "' can be reached"
            + named(having, moving),
        othersCan(having, view));
  }

  /**
   * Of all nodes that may take the request; what they have is not known.
   *
   * @param nodes that may take the request
   */
  static InferenceFailure.NoNode ofNodes(NodeConstraint nodes, DirectoryView view) {
    if (nodes.equals(NodeConstraint.ANY)) {
      return new InferenceFailure.NoNode("no node can be reached");
    }
    List<NodeEntry> allowed = view.nodes().stream().filter(nodes::allows).toList();
    return new InferenceFailure.NoNode(
        "no node " + nodes.words() + " can be reached" + named(allowed, Stream.empty()),
        othersCan(allowed, view));
  }

  private static boolean othersCan(List<NodeEntry> meant, DirectoryView view) {
    return view.nodes().stream()
        .anyMatch(node -> node.health().takesRequests() && !meant.contains(node));
  }

  private static String trouble(NodeEntry node) {
    return node.health().takesRequests() ? "failed this request" : node.health().id();
  }

  /** ": a (down), b (moving)"; empty without any. */
  private static String named(List<NodeEntry> entries, Stream<String> more) {
    List<String> all =
        Stream.concat(entries.stream().map(node -> node.name() + " (" + trouble(node) + ")"), more)
            .toList();
    if (all.isEmpty()) {
      return "";
    }
    String first = all.stream().limit(NAMED).collect(Collectors.joining(", ", ": ", ""));
    return all.size() > NAMED ? first + " and " + (all.size() - NAMED) + " more" : first;
  }
}
