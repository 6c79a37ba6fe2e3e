package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Whole answers of {@code /v1} as answers of Ollama's native API. */
public final class NativeAnswers {

  private NativeAnswers() {}

  /**
   * An answer of {@code chat/completions} or {@code completions}.
   *
   * @param createdAt RFC 3339
   * @param totalNanos from the request to the answer
   * @throws Refusal if it is no such answer, or the server's tool calls make no sense
   */
  public static ObjectNode text(JsonNode v1, Shape shape, String createdAt, long totalNanos) {
    requireList(v1, "choices");
    JsonNode choice = v1.path("choices").path(0);
    JsonNode message = choice.path("message");
    String text =
        choice.has("text") ? Fields.text(choice, "text") : Fields.text(message, "content");
    ObjectNode line = shape.line(createdAt, text, thinking(message));
    ToolCallPieces calls = new ToolCallPieces();
    calls.add(message.path("tool_calls"));
    if (shape.chat() && !calls.isEmpty()) {
      ((ObjectNode) line.get("message")).set("tool_calls", calls.toNative());
    }
    line.put("done", true).put("done_reason", doneReason(choice));
    context(line, shape);
    logprobs(choice, line);
    NativeStatistics.put(line, v1, 0, totalNanos);
    return line;
  }

  /** Clients of {@code /api/generate} want a context; ours has none, which they send back as is. */
  static void context(ObjectNode line, Shape shape) {
    if (!shape.chat() && !shape.raw()) {
      line.putArray("context");
    }
  }

  static String thinking(JsonNode message) {
    // llama.cpp and older vLLM say reasoning_content, newer vLLM and LM Studio reasoning.
    String thinking = Fields.text(message, "reasoning_content");
    return thinking.isEmpty() ? Fields.text(message, "reasoning") : thinking;
  }

  static String doneReason(JsonNode choice) {
    return Fields.text(choice, "finish_reason").equals("length") ? "length" : "stop";
  }

  static void logprobs(JsonNode choice, ObjectNode line) {
    if (choice.path("logprobs").path("content").isArray()) {
      line.set("logprobs", choice.path("logprobs").get("content"));
    }
  }

  /** Some servers (LM Studio) say 200 and mean an error; it must not become an empty answer. */
  private static void requireList(JsonNode v1, String name) {
    if (v1.path(name).isEmpty() || !v1.path(name).isArray()) {
      throw new Refusal(502, "the model server's answer has no " + name);
    }
  }

  /**
   * An answer of {@code /v1/embeddings} as {@code /api/embed} gives it: vectors of length 1.
   *
   * @throws Refusal if it is no such answer
   */
  public static ObjectNode embed(JsonNode v1, String model, long totalNanos) {
    requireList(v1, "data");
    ObjectNode answer = Json.object().put("model", model);
    ArrayNode vectors = answer.putArray("embeddings");
    inOrder(v1).forEach(vector -> vectors.add(unit(vector)));
    Fields.putCount(answer, "total_duration", totalNanos);
    answer.put("load_duration", 1);
    Fields.putCount(answer, "prompt_eval_count", v1.path("usage").path("prompt_tokens").asLong());
    return answer;
  }

  /**
   * An answer of {@code /v1/embeddings} as {@code /api/embeddings} gives it.
   *
   * @throws Refusal if it is no such answer
   */
  public static ObjectNode embeddings(JsonNode v1) {
    requireList(v1, "data");
    ObjectNode answer = Json.object();
    answer.set("embedding", v1.path("data").path(0).path("embedding"));
    return answer;
  }

  /** The server's error as Ollama's envelope; whatever form it has. */
  public static String error(JsonNode v1, int status, String model) {
    JsonNode error = v1.path("error");
    String message =
        Optional.of(Fields.text(error, "message"))
            .filter(text -> !text.isEmpty())
            .orElse(error.isTextual() ? error.asText() : Fields.text(v1, "message"));
    if (status == 404) {
      return "model '" + model + "' not found";
    }
    return message.isEmpty() ? "the model server answered " + status : message;
  }

  private static java.util.List<JsonNode> inOrder(JsonNode v1) {
    java.util.List<JsonNode> data = new java.util.ArrayList<>();
    v1.path("data").forEach(data::add);
    data.sort(java.util.Comparator.comparingInt(one -> one.path("index").asInt()));
    return data.stream().map(one -> one.path("embedding")).toList();
  }

  private static ArrayNode unit(JsonNode vector) {
    double square = 0;
    for (JsonNode value : vector) {
      square += value.asDouble() * value.asDouble();
    }
    double length = square == 0 ? 1 : Math.sqrt(square);
    ArrayNode unit = Json.object().arrayNode();
    vector.forEach(value -> unit.add((float) (value.asDouble() / length)));
    return unit;
  }
}
