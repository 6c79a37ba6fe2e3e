package io.llmcluster.gateway.wire;

import io.llmcluster.gateway.wire.JsonValue.Kind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A body's top-level members: found without being decoded, and decoded when asked for. */
final class Fields {

  private static final com.fasterxml.jackson.databind.ObjectMapper JACKSON =
      new com.fasterxml.jackson.databind.ObjectMapper();

  private final byte[] json;
  private final Map<String, JsonValue> values;
  private final int end;

  private Fields(byte[] json, Map<String, JsonValue> values, int end) {
    this.json = json;
    this.values = values;
    this.end = end;
  }

  /**
   * Reads the first value of the body, whatever stands behind it.
   *
   * @param goType the request's type in messages
   * @throws WireException 400 if it is not an object
   */
  static Fields of(byte[] json, String goType) {
    GoScanner scanner = new GoScanner(json, 0);
    Map<String, JsonValue> values = new LinkedHashMap<>();
    if (scanner.atEnd()) {
      throw new WireException(400, "missing request body");
    }
    if (json[scanner.position()] != '{') {
      JsonValue other = scanner.value();
      if (other.kind() == Kind.NULL) {
        return new Fields(json, values, scanner.position());
      }
      throw new WireException(
          400,
          "json: cannot unmarshal " + other.kind().goName() + " into Go value of type " + goType);
    }
    scanner.object((key, value) -> values.put(text(json, key).toLowerCase(Locale.ROOT), value));
    return new Fields(json, values, scanner.position());
  }

  Map<String, JsonValue> values() {
    return values;
  }

  /** After the last byte of the object. */
  int end() {
    return end;
  }

  /** Null if it is not given, or null. */
  @Nullable JsonValue get(String name) {
    JsonValue value = values.get(name);
    return value == null || value.kind() == Kind.NULL ? null : value;
  }

  /** Empty if it is not given or no string. */
  String text(String name) {
    JsonValue value = get(name);
    return (value == null || value.kind() != Kind.STRING) ? "" : text(json, value);
  }

  /** The given default unless it is true or false. */
  boolean flag(String name, boolean otherwise) {
    JsonValue value = get(name);
    if (value == null || value.kind() != Kind.BOOL) {
      return otherwise;
    }
    return json[value.start()] == 't';
  }

  /** The bytes of a value, as text. */
  String raw(JsonValue value) {
    return new String(json, value.start(), value.end() - value.start(), StandardCharsets.UTF_8);
  }

  byte[] json() {
    return json;
  }

  /** Decodes a string; a plain one, as nearly all are, without a parser. */
  static String text(byte[] json, JsonValue string) {
    for (int i = string.start() + 1; i < string.end() - 1; i++) {
      if (json[i] == '\\') {
        return unescape(json, string);
      }
    }
    return new String(
        json, string.start() + 1, string.end() - string.start() - 2, StandardCharsets.UTF_8);
  }

  private static String unescape(byte[] json, JsonValue string) {
    try {
      return JACKSON.readValue(json, string.start(), string.end() - string.start(), String.class);
    } catch (java.io.IOException broken) {
      throw new WireException(400, "invalid character in string literal");
    }
  }
}
