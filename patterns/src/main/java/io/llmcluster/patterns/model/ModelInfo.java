package io.llmcluster.patterns.model;

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
 */
public record ModelInfo(
    String name, String family, double billions, List<String> capabilities, int nodes, int loaded) {

  public ModelInfo {
    capabilities = List.copyOf(capabilities);
  }

  /** Whether it can hold a conversation, as far as is known. */
  public boolean chats() {
    return capabilities.isEmpty() || capabilities.contains("completion");
  }
}
