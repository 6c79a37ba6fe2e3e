package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Requests of {@code /v1} as requests of Ollama's native API, field by field as Ollama's own {@code
 * openai/openai.go} maps them.
 */
public final class V1Requests {

  private V1Requests() {}

  /**
   * {@code /v1/chat/completions} as {@code /api/chat}.
   *
   * @throws Refusal if the request has no native counterpart
   */
  public static ObjectNode chat(JsonNode body) {
    ObjectNode v1 = Fields.object(body);
    if (!v1.path("messages").isArray() || v1.path("messages").isEmpty()) {
      throw new Refusal(400, "[] is too short - 'messages'");
    }
    ObjectNode request = common(v1);
    request.set("messages", V1Messages.toNative(v1.path("messages")));
    Fields.copy(v1, request, "tools", "logprobs", "top_logprobs");
    format(v1.path("response_format"), request);
    think(v1, request);
    return request;
  }

  /** {@code /v1/completions} as {@code /api/generate}. */
  public static ObjectNode completion(JsonNode body) {
    ObjectNode v1 = Fields.object(body);
    if (!v1.path("prompt").isTextual()) {
      throw new Refusal(400, "prompt must be a string");
    }
    ObjectNode request = common(v1);
    ObjectNode options = (ObjectNode) request.get("options");
    for (String penalty : new String[] {"frequency_penalty", "presence_penalty"}) {
      options.put(penalty, v1.path(penalty).asDouble(0));
    }
    // Without a prompt it would be a request to load the model.
    String prompt = v1.path("prompt").asText();
    request.put("prompt", prompt.isEmpty() ? " " : prompt);
    Fields.copy(v1, request, "suffix");
    return request;
  }

  /** {@code /v1/embeddings} as {@code /api/embed}. */
  public static ObjectNode embedding(JsonNode body) {
    ObjectNode v1 = Fields.object(body);
    JsonNode input = v1.path("input");
    boolean texts = input.isArray() && !input.isEmpty() && input.get(0).isTextual();
    if (!texts && !(input.isTextual() && !input.asText().isEmpty())) {
      throw new Refusal(400, "invalid input");
    }
    ObjectNode request = Json.object().put("model", Fields.text(v1, "model"));
    Fields.copy(v1, request, "input", "dimensions");
    return request;
  }

  private static ObjectNode common(ObjectNode v1) {
    ObjectNode request = Json.object().put("model", Fields.text(v1, "model"));
    request.put("stream", v1.path("stream").asBoolean(false));
    ObjectNode options = request.putObject("options");
    Fields.copy(v1, "max_tokens", options, "num_predict");
    // OpenAI's defaults, not Ollama's.
    options.put("temperature", v1.path("temperature").asDouble(1.0));
    options.put("top_p", v1.path("top_p").asDouble(1.0));
    Fields.copy(v1, options, "seed", "frequency_penalty", "presence_penalty");
    if (v1.path("stop").isTextual()) {
      options.putArray("stop").add(v1.path("stop").asText());
    } else if (v1.path("stop").isArray()) {
      options.set("stop", v1.get("stop"));
    }
    return request;
  }

  private static void format(JsonNode format, ObjectNode request) {
    switch (Fields.text(format, "type")) {
      case "json_object" -> request.put("format", "json");
      case "json_schema" -> Fields.copy(format.path("json_schema"), "schema", request, "format");
      default -> {
        // text: no constraint
      }
    }
  }

  private static void think(ObjectNode v1, ObjectNode request) {
    String effort =
        Fields.has(v1, "reasoning_effort")
            ? Fields.text(v1, "reasoning_effort")
            : Fields.text(v1.path("reasoning"), "effort");
    switch (effort) {
      case "" -> {
        // the model's own default
      }
      case "none" -> request.put("think", false);
      case "minimal" -> request.put("think", "low");
      case "xhigh", "ultra" -> request.put("think", "max");
      case "low", "medium", "high", "max" -> request.put("think", effort);
      default ->
          throw new Refusal(
              400,
              "invalid reasoning value: '"
                  + effort
                  + "' (must be \"high\", \"medium\", \"low\", \"max\", or \"none\")");
    }
  }
}
