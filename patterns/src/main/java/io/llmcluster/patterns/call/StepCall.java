package io.llmcluster.patterns.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.prompt.ChatMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a step.
 *
 * @param key unique to the attempt: {@code WORKFLOW/STEP/ATTEMPT}; the request's id in logs
 * @param model to ask
 * @param messages what it is told
 * @param options Ollama's
 * @param format the JSON schema of the output; null: free text
 * @param deadline longest time from the moment that a node has it
 * @param nodes where it may run
 */
public record StepCall(
    String key,
    String model,
    List<ChatMessage> messages,
    Map<String, Object> options,
    @Nullable JsonNode format,
    Duration deadline,
    NodeConstraint nodes) {

  public StepCall {
    messages = List.copyOf(messages);
    options = Map.copyOf(options);
  }
}
