package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;

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
