package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;

/** Messages of {@code /api/chat} as messages of {@code /v1/chat/completions}. */
final class NativeMessages {

  private record OpenCall(String id, String name) {}

  /** Calls that no tool has answered yet; OpenAI ties an answer to its call by an id. */
  private final Deque<OpenCall> open = new ArrayDeque<>();

  private final ArrayNode result = Json.object().arrayNode();
  private int calls;

  private NativeMessages() {}

  static ArrayNode toV1(JsonNode messages) {
    NativeMessages translation = new NativeMessages();
    messages.forEach(translation::add);
    return translation.result;
  }

  private void add(JsonNode message) {
    String role = Fields.text(message, "role").toLowerCase(Locale.ROOT);
    ObjectNode translated = result.addObject().put("role", role);
    putContent(translated, Fields.text(message, "content"), message.path("images"));
    if (!message.path("tool_calls").isEmpty()) {
      translated.set("tool_calls", toolCalls(message.path("tool_calls")));
    }
    if (role.equals("tool")) {
      translated.put("tool_call_id", answered(message));
    }
  }

  static void putContent(ObjectNode message, String text, JsonNode images) {
    if (images.isEmpty()) {
      message.put("content", text);
      return;
    }
    ArrayNode parts = message.putArray("content");
    if (!text.isEmpty()) {
      parts.addObject().put("type", "text").put("text", text);
    }
    for (JsonNode image : images) {
      String data = image.asText();
      parts
          .addObject()
          .put("type", "image_url")
          .putObject("image_url")
          .put("url", "data:" + mediaType(data) + ";base64," + data);
    }
  }

  /** Told by how the file's first bytes look in base64. */
  private static String mediaType(String base64) {
    if (base64.startsWith("iVBOR")) {
      return "image/png";
    }
    return base64.startsWith("UklGR") ? "image/webp" : "image/jpeg";
  }

  private ArrayNode toolCalls(JsonNode toolCalls) {
    ArrayNode translated = Json.object().arrayNode();
    for (JsonNode call : toolCalls) {
      String given = Fields.text(call, "id");
      String id = given.isEmpty() ? "call_" + calls : given;
      calls++;
      JsonNode function = call.path("function");
      String name = Fields.text(function, "name");
      open.add(new OpenCall(id, name));
      translated
          .addObject()
          .put("id", id)
          .put("type", "function")
          .putObject("function")
          .put("name", name)
          .put("arguments", Json.bytes(function.path("arguments")).utf8String());
    }
    return translated;
  }

  private String answered(JsonNode message) {
    String id = Fields.text(message, "tool_call_id");
    String name = Fields.text(message, "tool_name");
    for (Iterator<OpenCall> each = open.iterator(); each.hasNext(); ) {
      OpenCall call = each.next();
      if (id.isEmpty() ? name.isEmpty() || name.equals(call.name()) : id.equals(call.id())) {
        each.remove();
        return call.id();
      }
    }
    return id.isEmpty() ? "call_" + calls : id;
  }
}
