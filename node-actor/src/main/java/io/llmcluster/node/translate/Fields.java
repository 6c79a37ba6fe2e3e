package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Small readings of JSON objects in which {@code null} and absent mean the same. */
final class Fields {

  private Fields() {}

  static ObjectNode object(JsonNode body) {
    if (body instanceof ObjectNode request) {
      return request;
    }
    throw new Refusal(400, "the request is not a JSON object");
  }

  static boolean has(JsonNode object, String key) {
    return object.hasNonNull(key);
  }

  static String text(JsonNode object, String key) {
    return object.path(key).isValueNode() ? object.path(key).asText("") : "";
  }

  /** Whether there is no text; asked of a {@link LargeText} too. */
  static boolean isEmpty(JsonNode object, String key) {
    return Json.isEmptyText(object.path(key));
  }

  /** The text as a node, which may be a {@link LargeText}. */
  static JsonNode textNode(JsonNode object, String key) {
    return object.path(key) instanceof LargeText large
        ? large
        : TextNode.valueOf(text(object, key));
  }

  /** Copies the value, under another name, if there is one. */
  static void copy(JsonNode from, String key, ObjectNode to, String toKey) {
    if (has(from, key)) {
      to.set(toKey, from.get(key));
    }
  }

  static void copy(JsonNode from, ObjectNode to, String... keys) {
    for (String key : keys) {
      copy(from, key, to, key);
    }
  }

  /** Puts the number unless it is 0: Ollama leaves such statistics out. */
  static void putCount(ObjectNode to, String key, long count) {
    if (count > 0) {
      to.put(key, count);
    }
  }
}
