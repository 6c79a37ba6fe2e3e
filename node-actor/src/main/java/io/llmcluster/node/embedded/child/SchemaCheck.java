package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Lets through only schemas that the native converter is known to turn into a grammar: it ends the
 * process on what it does not know, and makes grammars that are silently ignored of others.
 */
final class SchemaCheck {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_COUNT = 256;
  private static final int MAX_LENGTH = 64 << 10;
  private static final Set<String> TYPES =
      Set.of("object", "array", "string", "number", "integer", "boolean", "null");

  private static final Set<String> REFUSED =
      Set.of("pattern", "allOf", "not", "if", "patternProperties", "prefixItems", "minProperties");

  private final JsonNode root;

  private SchemaCheck(JsonNode root) {
    this.root = root;
  }

  /**
   * Passes or throws.
   *
   * @throws ApiError 400 that says what cannot be done
   */
  static void check(JsonNode schema) throws ApiError {
    if (schema.toString().length() > MAX_LENGTH) {
      throw refuse("longer than " + MAX_LENGTH + " characters");
    }
    SchemaCheck check = new SchemaCheck(schema);
    check.visit(schema, 0);
    for (String key : new String[] {"$defs", "definitions"}) {
      for (JsonNode definition : schema.path(key)) {
        check.visit(definition, 1);
      }
    }
  }

  private void visit(JsonNode schema, int depth) throws ApiError {
    if (!schema.isObject()) {
      throw refuse("a schema is not an object: " + schema);
    }
    if (depth > MAX_DEPTH) {
      throw refuse("nested deeper than " + MAX_DEPTH);
    }
    for (Map.Entry<String, JsonNode> field : schema.properties()) {
      if (REFUSED.contains(field.getKey())) {
        throw refuse("\"" + field.getKey() + "\" is not supported");
      }
    }
    if (schema.has("$ref")) {
      reference(schema.path("$ref"));
    } else if (schema.has("anyOf") || schema.has("oneOf")) {
      alternatives(schema.path(schema.has("oneOf") ? "oneOf" : "anyOf"), depth);
    } else if (schema.has("enum")) {
      requireFilledArray(schema.path("enum"), "enum");
    } else if (!schema.has("const")) {
      typed(schema, depth);
    }
  }

  /** Only to a named definition that is no reference itself, so that references cannot loop. */
  private void reference(JsonNode ref) throws ApiError {
    String name = ref.asText();
    if (!name.matches("#/(\\$defs|definitions)/[A-Za-z0-9_-]+")) {
      throw refuse("\"$ref\" to " + ref);
    }
    JsonNode target = root.at(name.substring(1));
    if ((!target.has("type") && !target.has("enum") && !target.has("const"))
        || target.has("$ref")
        || target.has("anyOf")
        || target.has("oneOf")) {
      throw refuse("\"$ref\" to " + ref);
    }
  }

  private void alternatives(JsonNode list, int depth) throws ApiError {
    requireFilledArray(list, "anyOf");
    for (JsonNode one : list) {
      visit(one, depth + 1);
    }
  }

  private void typed(JsonNode schema, int depth) throws ApiError {
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      requireFilledArray(type, "type");
      for (JsonNode one : type) {
        requireType(one);
      }
    } else if (schema.has("properties") && !schema.has("type")) {
      requireObject(schema.path("properties"));
    } else {
      requireType(type);
    }
    if (schema.has("properties")) {
      requireObject(schema.path("properties"));
      for (JsonNode property : schema.path("properties")) {
        visit(property, depth + 1);
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      visit(schema.path("additionalProperties"), depth + 1);
    }
    if (schema.has("items")) {
      visit(schema.path("items"), depth + 1);
    }
    range(schema, "minItems", "maxItems");
    range(schema, "minLength", "maxLength");
    for (String bound :
        new String[] {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}) {
      if (schema.has(bound) && !schema.path(bound).isIntegralNumber()) {
        throw refuse("\"" + bound + "\" is not an integer");
      }
    }
    integers(schema);
  }

  private static void integers(JsonNode schema) throws ApiError {
    long least = schema.path("minimum").asLong(Long.MIN_VALUE);
    long most = schema.path("maximum").asLong(Long.MAX_VALUE);
    boolean known = schema.has("minimum") && schema.has("maximum");
    boolean open = schema.has("exclusiveMinimum") && schema.has("exclusiveMaximum");
    if (open || (known && least > most)) {
      throw refuse("no number fits");
    }
  }

  private static void range(JsonNode schema, String low, String high) throws ApiError {
    for (String key : new String[] {low, high}) {
      JsonNode value = schema.path(key);
      if (!value.isMissingNode()
          && !(value.isInt() && value.intValue() >= 0 && value.intValue() <= MAX_COUNT)) {
        throw refuse("\"" + key + "\" is not within 0.." + MAX_COUNT);
      }
    }
    if (schema.has(high) && schema.path(low).asInt(0) > schema.path(high).intValue()) {
      throw refuse("\"" + low + "\" is greater than \"" + high + "\"");
    }
  }

  private static void requireObject(JsonNode value) throws ApiError {
    if (!value.isObject()) {
      throw refuse("\"properties\" is not an object");
    }
  }

  private static void requireType(JsonNode type) throws ApiError {
    if (!type.isTextual() || !TYPES.contains(type.textValue())) {
      throw refuse("\"type\" is " + (type.isMissingNode() ? "missing" : type));
    }
  }

  private static void requireFilledArray(JsonNode value, String key) throws ApiError {
    if (!value.isArray() || value.isEmpty()) {
      throw refuse("\"" + key + "\" is not a filled array");
    }
  }

  private static ApiError refuse(String why) {
    return new ApiError(400, "invalid JSON schema in format: " + why);
  }
}
