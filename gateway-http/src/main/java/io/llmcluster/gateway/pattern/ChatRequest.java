package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.WireException;
import java.util.Map;

/**
 * A chat request in Ollama's or OpenAI's words, for a pattern. What would make the answer another
 * one and cannot be done is refused by name; tools are the model's to use or not, and patterns use
 * none.
 *
 * @param pattern the request of the pattern
 * @param thinks whether the client wants to see how the answer comes about
 * @param usage whether a stream is to end with what it cost
 */
record ChatRequest(ObjectNode pattern, boolean thinks, boolean usage) {

  private static final Map<String, String> OPENAI_OPTIONS =
      Map.of(
          "max_tokens", "num_predict",
          "temperature", "temperature",
          "top_p", "top_p",
          "frequency_penalty", "frequency_penalty",
          "presence_penalty", "presence_penalty",
          "stop", "stop",
          "seed", "seed");

  /** Fails with {@link WireException} 400. */
  static ChatRequest of(Surface surface, ObjectNode body, PatternModel model) {
    ObjectNode request = JsonBody.JSON.createObjectNode();
    ArrayNode messages = request.putArray("messages");
    body.path("messages").forEach(message -> messages.add(message(message)));
    if (!model.models().isEmpty()) {
      model.models().forEach(request.putArray("models")::add);
    }
    WorkflowStart.refuseForm(body, surface == Surface.OPENAI ? "response_format" : "format");
    ObjectNode options = request.putObject("options");
    if (surface == Surface.OPENAI) {
      OPENAI_OPTIONS.forEach(
          (theirs, ours) -> {
            if (body.hasNonNull(theirs)) {
              options.set(ours, body.get(theirs));
            }
          });
      return new ChatRequest(
          request,
          isTruthy(body.path("reasoning_effort"))
              || isTruthy(body.path("reasoning").path("effort")),
          body.path("stream_options").path("include_usage").asBoolean());
    }
    if (body.path("options") instanceof ObjectNode given) {
      options.setAll(given);
    }
    return new ChatRequest(request, isTruthy(body.path("think")), false);
  }

  private static ObjectNode message(JsonNode message) {
    if (message.path("images").size() > 0) {
      throw new WireException(400, "images: not with a pattern (expected: none)");
    }
    return JsonBody.JSON
        .createObjectNode()
        .put("role", message.path("role").asText())
        .put("content", text(message.path("content")));
  }

  private static String text(JsonNode content) {
    if (!content.isArray()) {
      return content.isNull() ? "" : content.asText();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text")) {
        throw new WireException(
            400, "content: " + part.path("type").asText() + " (expected: text with a pattern)");
      }
      text.append(text.isEmpty() ? "" : "\n").append(part.path("text").asText());
    }
    return text.toString();
  }

  private static boolean isTruthy(JsonNode value) {
    return value.isTextual()
        ? !value.asText().isEmpty() && !value.asText().equals("none")
        : value.asBoolean();
  }
}
