package io.llmcluster.app.nodes;

import io.llmcluster.core.directory.NodeSpec;
import java.util.List;

/** Which nodes a member brings along, decided from what was configured and what was found. */
public sealed interface NodeDecision {

  /** Those of the configuration. */
  record Configured(List<NodeSpec> nodes) implements NodeDecision {}

  /**
   * The Ollama at the usual address.
   *
   * @param answers whether it does already; if not, it is used as soon as it does
   */
  record Ollama(OllamaUrl url, boolean answers) implements NodeDecision {}

  /** The embedded model. */
  record Embedded() implements NodeDecision {}

  /**
   * @param configured {@code nodes} of the configuration
   * @param modelGiven whether {@code --model} asks for the embedded model
   * @param url where an Ollama was looked for
   * @param ollamaAnswers whether one answered there
   * @param mayStandIn whether the embedded model may stand in for it
   */
  static NodeDecision of(
      List<NodeSpec> configured,
      boolean modelGiven,
      OllamaUrl url,
      boolean ollamaAnswers,
      boolean mayStandIn) {
    if (modelGiven) {
      return new Embedded();
    }
    if (!configured.isEmpty()) {
      return new Configured(configured);
    }
    return ollamaAnswers || !mayStandIn ? new Ollama(url, ollamaAnswers) : new Embedded();
  }
}
