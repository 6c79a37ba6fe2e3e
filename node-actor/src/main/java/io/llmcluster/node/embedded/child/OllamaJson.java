package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reading and writing JSON the way Ollama does. */
final class OllamaJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OllamaJson() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** The error envelope. */
  static String error(@Nullable String text) {
    return GoJson.text(object().put("error", text == null ? "internal error" : text));
  }

  /**
   * The first value of a body as an object with lower-case keys, without nulls (as good as absent).
   *
   * @throws ApiError 400 in about the words of Ollama
   */
  static ObjectNode read(String body) throws ApiError {
    if (body.isEmpty()) {
      throw new ApiError(400, "missing request body");
    }
    JsonNode node;
    try (JsonParser parser = JSON.createParser(body)) {
      node = parser.readValueAsTree();
    } catch (JsonEOFException e) {
      throw new ApiError(400, "unexpected EOF");
    } catch (JsonProcessingException e) {
      throw new ApiError(400, "invalid character in request body");
    } catch (IOException e) {
      throw new ApiError(400, "malformed request body");
    }
    if (node == null || !node.isObject()) {
      throw new ApiError(
          400, node == null ? "EOF" : "json: cannot unmarshal the body into a Go struct");
    }
    ObjectNode lower = object();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isNull()) {
        lower.set(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
      }
    }
    return lower;
  }

  /** A string field, or "" when absent. */
  static String text(JsonNode from, String key) throws ApiError {
    JsonNode value = from.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw wrongType(value, key, "string");
    }
    return value.textValue();
  }

  /** A boolean field, or {@code otherwise} when absent. */
  static boolean flag(JsonNode from, String key, boolean otherwise) throws ApiError {
    JsonNode value = from.path(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrongType(value, key, "bool");
    }
    return value.booleanValue();
  }

  static ApiError wrongType(JsonNode value, String key, String type) {
    String found = value.getNodeType().name().toLowerCase(Locale.ROOT);
    return new ApiError(
        400,
        "json: cannot unmarshal %s into Go struct field %s of type %s"
            .formatted(found.equals("boolean") ? "bool" : found, key, type));
  }
}
