package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Messages of {@code /v1/chat/completions} as messages of {@code /api/chat}. */
final class V1Messages {

  private static final Pattern DATA_URL =
      Pattern.compile("data:(?:image/(?:jpeg|jpg|png|webp))?;base64,");

  private final Map<String, String> toolNames = new HashMap<>();
  private final ArrayNode result = Json.object().arrayNode();

  private V1Messages() {}

  static ArrayNode toNative(JsonNode messages) {
    V1Messages translation = new V1Messages();
    messages.forEach(translation::add);
    return translation.result;
  }

  private void add(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isArray()) {
      addParts(message, content);
      return;
    }
    boolean calls = message.path("tool_calls").isArray();
    if (!content.isTextual() && !(calls && (content.isNull() || content.isMissingNode()))) {
      throw new Refusal(400, "invalid message content type: " + goType(content));
    }
    ObjectNode translated = start(message).put("content", content.asText(""));
    if (!message.path("tool_calls").isEmpty()) {
      translated.set("tool_calls", toolCalls(message.path("tool_calls")));
    }
  }

  private static String goType(JsonNode content) {
    return switch (content.getNodeType()) {
      case NUMBER -> "float64";
      case BOOLEAN -> "bool";
      case OBJECT -> "map[string]interface {}";
      default -> "<nil>";
    };
  }

  /** One message per part, as Ollama does it. */
  private void addParts(JsonNode message, JsonNode parts) {
    for (JsonNode part : parts) {
      switch (Fields.text(part, "type")) {
        case "text" -> start(message).put("content", Fields.text(part, "text"));
        case "image_url" -> start(message).put("content", "").putArray("images").add(image(part));
        default -> throw new Refusal(400, "invalid message format");
      }
    }
    if (message.path("tool_calls").isArray() && !message.path("tool_calls").isEmpty()) {
      ObjectNode last = parts.isEmpty() ? start(message).put("content", "") : last();
      last.set("tool_calls", toolCalls(message.path("tool_calls")));
    }
  }

  private ObjectNode last() {
    return (ObjectNode) result.get(result.size() - 1);
  }

  private ObjectNode start(JsonNode message) {
    ObjectNode translated = result.addObject().put("role", Fields.text(message, "role"));
    Fields.copy(message, "reasoning", translated, "thinking");
    String callId = Fields.text(message, "tool_call_id");
    if (!callId.isEmpty()) {
      translated.put("tool_call_id", callId);
      String name = toolNames.getOrDefault(callId, Fields.text(message, "name"));
      if (!name.isEmpty()) {
        translated.put("tool_name", name);
      }
    }
    return translated;
  }

  private static String image(JsonNode part) {
    JsonNode image = part.path("image_url");
    String url = image.isTextual() ? image.asText() : Fields.text(image, "url");
    if (url.startsWith("http:") || url.startsWith("https:")) {
      throw new Refusal(
          400, "image URLs are not currently supported, please use base64 encoded data instead");
    }
    Matcher start = DATA_URL.matcher(url);
    if (!start.lookingAt()) {
      throw new Refusal(400, "invalid image input");
    }
    return url.substring(start.end());
  }

  private ArrayNode toolCalls(JsonNode calls) {
    ArrayNode translated = Json.object().arrayNode();
    for (JsonNode call : calls) {
      JsonNode function = call.path("function");
      JsonNode arguments = Json.parse(Fields.text(function, "arguments"));
      if (!arguments.isObject()) {
        throw new Refusal(400, "invalid tool call arguments");
      }
      String name = Fields.text(function, "name");
      toolNames.put(Fields.text(call, "id"), name);
      ObjectNode one = translated.addObject();
      Fields.copy(call, one, "id");
      one.putObject("function")
          .put("index", call.path("index").asInt(translated.size() - 1))
          .put("name", name)
          .set("arguments", arguments);
    }
    return translated;
  }
}
