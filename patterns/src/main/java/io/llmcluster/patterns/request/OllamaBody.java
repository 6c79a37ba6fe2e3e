package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.RefusedRequest;

/** Bodies as Ollama's {@code /api/chat} and {@code /api/generate} take them, for patterns. */
public final class OllamaBody {

  private OllamaBody() {}

  /**
   * The same request in the words of patterns: {@code model} becomes {@code models}, and a {@code
   * system} beside a {@code prompt} a message.
   *
   * @throws RefusedRequest if {@code model} and {@code models} are given
   */
  public static ObjectNode asPattern(ObjectNode request) {
    RequestFields fields = new RequestFields(request);
    ObjectNode out = request.deepCopy();
    String model = fields.text("model", "");
    if (!model.isBlank()) {
      if (fields.has("models")) {
        throw new RefusedRequest("model: given beside models (expected: one of them)");
      }
      out.remove("model");
      out.putArray("models").add(model);
    }
    String system = fields.text("system", "");
    String prompt = fields.text("prompt", "");
    if (!system.isBlank() && !prompt.isBlank() && !fields.has("messages")) {
      out.remove("prompt");
      out.remove("system");
      ArrayNode messages = out.putArray("messages");
      messages.addObject().put("role", "system").put("content", system);
      messages.addObject().put("role", "user").put("content", prompt);
    }
    return out;
  }
}
