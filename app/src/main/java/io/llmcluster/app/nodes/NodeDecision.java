package io.llmcluster.app.nodes;

import io.llmcluster.core.directory.NodeSpec;
import java.util.List;

/** Which nodes a member brings along, decided from what was configured and what was found. */
public sealed interface NodeDecision {

  /** Those of the configuration. */
  record Configured(List<NodeSpec> nodes) implements NodeDecision {}

  /** The Ollama that was found. */
  record FoundOllama(OllamaUrl url) implements NodeDecision {}

  /** The embedded model. */
  record Embedded() implements NodeDecision {}

  /**
   * None.
   *
   * @param why one line for the operator
   */
  record None(String why) implements NodeDecision {}

  /**
   * @param configured {@code nodes} of the configuration
   * @param modelGiven whether {@code --model} asks for the embedded model
   * @param url where an Ollama was looked for
   * @param ollamaAnswers whether one answered there
   * @param production whether nothing may stand in for it
   */
  static NodeDecision of(
      List<NodeSpec> configured,
      boolean modelGiven,
      OllamaUrl url,
      boolean ollamaAnswers,
      boolean production) {
    if (modelGiven) {
      return new Embedded();
    }
    if (!configured.isEmpty()) {
      return new Configured(configured);
    }
    if (ollamaAnswers) {
      return new FoundOllama(url);
    }
    return production
        ? new None("no Ollama answers at " + url.host() + ":" + url.port() + " and nodes is empty")
        : new Embedded();
  }
}
