package io.llmcluster.patterns.model;

import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.inference.NodeConstraint;
import java.util.List;

/**
 * A model that the cluster has.
 *
 * @param name with its tag
 * @param family for example {@code llama}; empty if unknown
 * @param billions of parameters; 0 if unknown
 * @param capabilities as Ollama tells them; empty if unknown
 * @param nodes healthy ones that have it, at least 1
 * @param loaded how many of them have it in memory
 * @param homes those nodes as their operators described them; empty if unknown
 */
public record ModelInfo(
    String name,
    String family,
    double billions,
    List<String> capabilities,
    int nodes,
    int loaded,
    List<NodeSpec> homes) {

  public ModelInfo {
    capabilities = List.copyOf(capabilities);
    homes = List.copyOf(homes);
  }

  /** A model of which nobody knows where it is. */
  public ModelInfo(
      String name,
      String family,
      double billions,
      List<String> capabilities,
      int nodes,
      int loaded) {
    this(name, family, billions, capabilities, nodes, loaded, List.of());
  }

  /** Whether one of its nodes is as asked for, as far as is known. */
  public boolean isOn(NodeConstraint nodes) {
    return homes.isEmpty() || homes.stream().anyMatch(nodes::allows);
  }

  /** Whether it can hold a conversation, as far as is known. */
  public boolean chats() {
    return capabilities.isEmpty() || capabilities.contains("completion");
  }
}
