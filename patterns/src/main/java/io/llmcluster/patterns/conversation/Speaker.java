package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.NodeConstraint;

/**
 * Who answers, when a model does.
 *
 * @param agent its name; empty: none
 * @param system what the model is told to be; empty: nothing
 * @param model that answers
 * @param modelChosen whether the cluster chose it; then another one takes its place if it goes
 * @param options Ollama's
 * @param nodes where the answer may be made
 */
public record Speaker(
    String agent,
    String system,
    String model,
    boolean modelChosen,
    ObjectNode options,
    NodeConstraint nodes) {

  /** Who answers where a message does not say. */
  static Speaker of(ConversationDefinition conversation) {
    return new Speaker(
        conversation.agent(),
        conversation.system(),
        conversation.model(),
        conversation.modelChosen(),
        conversation.options(),
        conversation.nodes());
  }

  /** Who answers a message. */
  static Speaker of(ConversationDefinition conversation, ConversationState.Waiting message) {
    Speaker named = message.speaker();
    return named == null ? of(conversation) : named;
  }
}
