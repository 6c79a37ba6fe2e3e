package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Predicate;

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
    putContent(translated, Fields.textNode(message, "content"), message.path("images"));
    if (!message.path("tool_calls").isEmpty()) {
      translated.set("tool_calls", toolCalls(message.path("tool_calls")));
    }
    if (role.equals("tool")) {
      translated.put("tool_call_id", answered(message));
    }
  }

  static void putContent(ObjectNode message, JsonNode text, JsonNode images) {
    if (images.isEmpty()) {
      message.set("content", text);
      return;
    }
    ArrayNode parts = message.putArray("content");
    if (text instanceof LargeText || !text.asText().isEmpty()) {
      parts.addObject().put("type", "text").set("text", text);
    }
    for (JsonNode image : images) {
      parts.addObject().put("type", "image_url").putObject("image_url").set("url", dataUrl(image));
    }
  }

  private static JsonNode dataUrl(JsonNode image) {
    if (image instanceof LargeText large) {
      return large.after(dataUrlStart(large::startsWith));
    }
    String data = image.asText();
    return TextNode.valueOf(dataUrlStart(data::startsWith) + data);
  }

  /** The media type is told by how the file's first bytes look in base64. */
  private static String dataUrlStart(Predicate<String> startsWith) {
    String type = "image/jpeg";
    if (startsWith.test("iVBOR")) {
      type = "image/png";
    } else if (startsWith.test("UklGR")) {
      type = "image/webp";
    }
    return "data:" + type + ";base64,";
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
