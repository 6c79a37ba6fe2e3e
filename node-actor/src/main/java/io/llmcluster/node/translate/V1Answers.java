package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Whole native answers as answers of {@code /v1}. */
public final class V1Answers {

  private V1Answers() {}

  /**
   * {@code /api/chat}'s answer as {@code /v1/chat/completions} gives it.
   *
   * @param created seconds since 1970
   */
  public static ObjectNode chat(JsonNode answer, String id, long created) {
    ObjectNode v1 = head(answer, id, "chat.completion", created);
    JsonNode message = answer.path("message");
    ObjectNode choice = v1.putArray("choices").addObject().put("index", 0);
    ObjectNode translated =
        choice
            .putObject("message")
            .put("role", "assistant")
            .put("content", Fields.text(message, "content"));
    Fields.copy(message, "thinking", translated, "reasoning");
    boolean calls = !message.path("tool_calls").isEmpty();
    if (calls) {
      translated.set("tool_calls", toolCalls(message.path("tool_calls")));
    }
    logprobs(answer, choice);
    choice.put("finish_reason", finishReason(answer, calls));
    v1.set("usage", usage(answer));
    return v1;
  }

  /** {@code /api/generate}'s answer as {@code /v1/completions} gives it. */
  public static ObjectNode completion(JsonNode answer, String id, long created) {
    ObjectNode v1 = head(answer, id, "text_completion", created);
    v1.putArray("choices")
        .addObject()
        .put("text", Fields.text(answer, "response"))
        .put("index", 0)
        .put("finish_reason", finishReason(answer, false));
    v1.set("usage", usage(answer));
    return v1;
  }

  /**
   * {@code /api/embed}'s answer as {@code /v1/embeddings} gives it.
   *
   * @param base64 whether vectors are wanted as base64 of little-endian floats
   */
  public static ObjectNode embedding(JsonNode answer, boolean base64) {
    ObjectNode v1 = Json.object().put("object", "list");
    ArrayNode data = v1.putArray("data");
    for (JsonNode vector : answer.path("embeddings")) {
      ObjectNode one = data.addObject().put("object", "embedding");
      if (base64) {
        one.put("embedding", base64(vector));
      } else {
        one.set("embedding", vector);
      }
      one.put("index", data.size() - 1);
    }
    v1.set("model", answer.path("model"));
    long tokens = answer.path("prompt_eval_count").asLong();
    v1.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return v1;
  }

  private static String base64(JsonNode vector) {
    ByteBuffer floats = ByteBuffer.allocate(4 * vector.size()).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(value -> floats.putFloat(value.floatValue()));
    return Base64.getEncoder().encodeToString(floats.array());
  }

  static ObjectNode head(JsonNode answer, String id, String object, long created) {
    return Json.object()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", Fields.text(answer, "model"))
        .put("system_fingerprint", "fp_ollama");
  }

  static ArrayNode toolCalls(JsonNode calls) {
    ArrayNode translated = Json.object().arrayNode();
    for (JsonNode call : calls) {
      JsonNode function = call.path("function");
      int index = function.path("index").asInt(translated.size());
      String id = Fields.text(call, "id");
      translated
          .addObject()
          .put("id", id.isEmpty() ? "call_" + index : id)
          .put("index", index)
          .put("type", "function")
          .putObject("function")
          .put("name", Fields.text(function, "name"))
          .put("arguments", Json.bytes(function.path("arguments")).utf8String());
    }
    return translated;
  }

  static void logprobs(JsonNode answer, ObjectNode choice) {
    if (answer.path("logprobs").isArray()) {
      choice.putObject("logprobs").set("content", answer.get("logprobs"));
    }
  }

  static String finishReason(JsonNode answer, boolean calls) {
    boolean length = Fields.text(answer, "done_reason").equals("length");
    return length ? "length" : calls ? "tool_calls" : "stop";
  }

  static ObjectNode usage(JsonNode answer) {
    long prompt = answer.path("prompt_eval_count").asLong();
    long completion = answer.path("eval_count").asLong();
    return Json.object()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
  }
}
