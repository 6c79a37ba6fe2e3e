package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Requests of Ollama's native API as requests of {@code /v1}, for servers that have only that:
 * llama.cpp's, vLLM, LM Studio. What such a server decides at its start ({@code num_ctx}, {@code
 * keep_alive}, templates) is left out.
 */
public final class NativeRequests {

  private NativeRequests() {}

  /**
   * {@code /api/chat} as {@code /v1/chat/completions}.
   *
   * @param model as the server names it
   * @throws Refusal if the request has no counterpart
   */
  public static ObjectNode chat(JsonNode body, String model) {
    ObjectNode request = Fields.object(body);
    ObjectNode v1 = common(request, model);
    v1.set("messages", NativeMessages.toV1(request.path("messages")));
    if (!request.path("tools").isEmpty()) {
      v1.set("tools", request.get("tools"));
    }
    constraints(request, v1);
    return v1;
  }

  /** {@code /api/generate} as {@code /v1/chat/completions}. */
  public static ObjectNode generate(JsonNode body, String model) {
    ObjectNode request = Fields.object(body);
    refuseTemplate(request);
    ObjectNode v1 = common(request, model);
    ArrayNode messages = v1.putArray("messages");
    if (!Fields.isEmpty(request, "system")) {
      messages.addObject().put("role", "system").set("content", Fields.textNode(request, "system"));
    }
    NativeMessages.putContent(
        messages.addObject().put("role", "user"),
        Fields.textNode(request, "prompt"),
        request.path("images"));
    constraints(request, v1);
    return v1;
  }

  /** Whether {@code /api/generate} asks for what only {@code /v1/completions} can do. */
  public static boolean isPlainCompletion(JsonNode generate) {
    return generate.path("raw").asBoolean() || !Fields.isEmpty(generate, "suffix");
  }

  /**
   * {@code /api/generate} with {@code raw} or a suffix as {@code /v1/completions}.
   *
   * @throws Refusal if the request asks for what that endpoint has not, or not everywhere alike
   */
  public static ObjectNode completion(JsonNode body, String model) {
    ObjectNode request = Fields.object(body);
    refuseTemplate(request);
    boolean constrained = request.path("format").isObject() || !Fields.isEmpty(request, "format");
    refuse(constrained, "format");
    refuse(request.path("logprobs").asBoolean(), "logprobs");
    refuse(!request.path("images").isEmpty(), "images");
    ObjectNode v1 = common(request, model);
    v1.set("prompt", Fields.textNode(request, "prompt"));
    Fields.copy(request, v1, "suffix");
    return v1;
  }

  private static void refuseTemplate(ObjectNode request) {
    if (!Fields.isEmpty(request, "template")) {
      throw new Refusal(400, "the node's server takes no template with a request");
    }
  }

  private static void refuse(boolean given, String field) {
    if (given) {
      throw new Refusal(400, "the node's server takes no " + field + " with raw or suffix");
    }
  }

  /** {@code /api/embed} as {@code /v1/embeddings}. */
  public static ObjectNode embed(JsonNode body, String model) {
    ObjectNode request = Fields.object(body);
    ObjectNode v1 = Json.object().put("model", model);
    Fields.copy(request, v1, "input", "dimensions");
    return v1.put("encoding_format", "float");
  }

  /** {@code /api/embeddings} as {@code /v1/embeddings}. */
  public static ObjectNode embeddings(JsonNode body, String model) {
    ObjectNode request = Fields.object(body);
    ObjectNode v1 = Json.object().put("model", model);
    v1.set("input", Fields.textNode(request, "prompt"));
    return v1.put("encoding_format", "float");
  }

  private static ObjectNode common(ObjectNode request, String model) {
    boolean stream = request.path("stream").asBoolean(true);
    ObjectNode v1 = Json.object().put("model", model).put("stream", stream);
    if (stream) {
      v1.putObject("stream_options").put("include_usage", true);
    }
    JsonNode options = request.path("options");
    Fields.copy(options, v1, "temperature", "top_p", "frequency_penalty", "presence_penalty");
    // Not OpenAI's, but llama.cpp, vLLM and LM Studio have these, or pass over them.
    Fields.copy(options, v1, "top_k", "min_p", "typical_p", "repeat_last_n", "repeat_penalty");
    Fields.copy(options, "repeat_penalty", v1, "repetition_penalty"); // vLLM's name
    if (options.path("num_predict").asInt() > 0) {
      v1.set("max_tokens", options.get("num_predict"));
    }
    if (options.path("seed").asLong(-1) >= 0) {
      v1.set("seed", options.get("seed"));
    }
    if (options.path("stop").isTextual() || !options.path("stop").isEmpty()) {
      v1.set("stop", options.get("stop"));
    }
    return v1;
  }

  private static void constraints(ObjectNode request, ObjectNode v1) {
    JsonNode format = request.path("format");
    if (format.isObject()) {
      v1.putObject("response_format")
          .put("type", "json_schema")
          .putObject("json_schema")
          .put("name", "answer")
          .put("strict", true)
          .set("schema", format);
    } else if (format.asText().equals("json")) {
      v1.putObject("response_format").put("type", "json_object");
    }
    JsonNode think = request.path("think");
    if (think.isBoolean() || think.asText().matches("true|false")) {
      v1.putObject("chat_template_kwargs").put("enable_thinking", think.asBoolean());
    } else if (think.isTextual()) {
      v1.put("reasoning_effort", think.asText().equals("max") ? "high" : think.asText());
    }
    if (request.path("logprobs").asBoolean()) {
      v1.put("logprobs", true);
      Fields.copy(request, v1, "top_logprobs");
    }
  }
}
