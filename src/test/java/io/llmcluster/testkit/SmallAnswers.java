package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What the stand-in answers where no text is generated piece by piece. */
final class SmallAnswers {

  private static final String VECTOR = "[0.6,0.8]";
  private static final String VECTOR_BASE64 = "\"mpkZP83MTD8=\"";

  private SmallAnswers() {}

  static String of(String path, JsonNode request) {
    String model = request.path("model").asText();
    JsonNode input = request.path("input");
    int inputs = input.isArray() ? input.size() : 1;
    return switch (path) {
      case "/api/embed" ->
          "{\"model\":\""
              + model
              + "\",\"embeddings\":["
              + (VECTOR + ",").repeat(inputs - 1)
              + VECTOR
              + "],\"total_duration\":1,\"prompt_eval_count\":1}";
      case "/api/embeddings" -> "{\"embedding\":" + VECTOR + "}";
      case "/v1/embeddings" ->
          "{\"object\":\"list\",\"data\":["
              + v1(inputs, request.path("encoding_format").asText())
              + "],\"model\":\""
              + model
              + "\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}";
      case "/v1/responses" ->
          "{\"id\":\"resp-1\",\"object\":\"response\",\"status\":\"completed\"}";
      default -> "{\"id\":\"msg-1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}";
    };
  }

  /** The same as events, by OpenAI's responses API or Anthropic's messages API. */
  static List<String> events(String path) {
    return path.equals("/v1/responses")
        ? List.of(
            event("response.created", "\"response\":{\"status\":\"in_progress\"}"),
            event("response.output_text.delta", "\"delta\":\"é\""),
            event("response.completed", "\"response\":{\"status\":\"completed\"}"))
        : List.of(
            event("message_start", "\"message\":{\"role\":\"assistant\"}"),
            event("content_block_delta", "\"delta\":{\"text\":\"é\"}"),
            event("message_stop", "\"x\":1"));
  }

  private static String event(String type, String rest) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + rest + "}\n\n";
  }

  private static String v1(int inputs, String encoding) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < inputs; i++) {
      all.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"embedding\":")
          .append(encoding.equals("base64") ? VECTOR_BASE64 : VECTOR)
          .append(",\"index\":")
          .append(i)
          .append("}");
    }
    return all.toString();
  }
}
