package io.llmcluster.core.inference;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Which nodes may take a request. An empty list constrains nothing.
 *
 * @param types labels, of which the node has to bear one
 * @param platforms of which the node has to be one
 * @param capabilities the node has to have all of these
 */
public record NodeConstraint(
    List<String> types, List<String> platforms, List<String> capabilities) {

  /** Every node. */
  public static final NodeConstraint ANY = new NodeConstraint(List.of(), List.of(), List.of());

  public NodeConstraint {
    types = List.copyOf(types);
    platforms = List.copyOf(platforms);
    capabilities = List.copyOf(capabilities);
  }

  /**
   * Which nodes these are, to go on with after "a node": "of type gpu or tpu, with vision"; empty
   * if it is every node.
   */
  String words() {
    List<String> words = new ArrayList<>();
    if (!types.isEmpty()) {
      words.add("of type " + String.join(" or ", types));
    }
    if (!platforms.isEmpty()) {
      words.add("of platform " + String.join(" or ", platforms));
    }
    if (!capabilities.isEmpty()) {
      words.add("with " + String.join(" and ", capabilities));
    }
    return String.join(", ", words);
  }

  public boolean allows(NodeEntry node) {
    return allows(node.spec());
  }

  public boolean allows(NodeSpec node) {
    return (types.isEmpty() || types.contains(node.type()))
        && (platforms.isEmpty() || platforms.contains(node.platform()))
        && node.capabilities().containsAll(capabilities);
  }
}
