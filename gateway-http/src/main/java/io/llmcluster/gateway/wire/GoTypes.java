package io.llmcluster.gateway.wire;

import io.llmcluster.gateway.wire.JsonValue.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of Ollama's request types and their Go types (its api/types.go and openai/openai.go),
 * and the check of a body.
 */
final class GoTypes {

  /**
   * A Go type.
   *
   * @param name as messages write it
   * @param kinds what decodes into it, beside null
   */
  private record GoType(String name, Set<Kind> kinds) {}

  private static final GoType STRING = new GoType("string", Set.of(Kind.STRING));
  private static final GoType BOOL = new GoType("bool", Set.of(Kind.BOOL));
  private static final GoType INT = new GoType("int", Set.of(Kind.NUMBER));
  private static final GoType FLOAT = new GoType("float64", Set.of(Kind.NUMBER));
  private static final GoType INTS = new GoType("[]int", Set.of(Kind.ARRAY));
  private static final GoType OPTIONS = new GoType("map[string]interface {}", Set.of(Kind.OBJECT));
  private static final GoType IMAGES = new GoType("[]api.ImageData", Set.of(Kind.ARRAY));
  private static final GoType TOOLS = new GoType("api.Tools", Set.of(Kind.ARRAY));
  private static final GoType MESSAGES = new GoType("[]api.Message", Set.of(Kind.ARRAY));
  private static final GoType V1_MESSAGES = new GoType("[]openai.Message", Set.of(Kind.ARRAY));
  private static final GoType V1_TOOLS = new GoType("[]api.Tool", Set.of(Kind.ARRAY));
  private static final GoType NODES = new GoType("[]string", Set.of(Kind.ARRAY));
  private static final GoType MESSAGE = new GoType("api.Alias", Set.of(Kind.OBJECT));
  private static final GoType V1_MESSAGE = new GoType("openai.Message", Set.of(Kind.OBJECT));

  private static final Map<String, GoType> GENERATE =
      Map.ofEntries(
          Map.entry("model", STRING),
          Map.entry("prompt", STRING),
          Map.entry("suffix", STRING),
          Map.entry("system", STRING),
          Map.entry("template", STRING),
          Map.entry("context", INTS),
          Map.entry("stream", BOOL),
          Map.entry("raw", BOOL),
          Map.entry("images", IMAGES),
          Map.entry("options", OPTIONS),
          Map.entry("truncate", BOOL),
          Map.entry("shift", BOOL),
          Map.entry("logprobs", BOOL),
          Map.entry("top_logprobs", INT));

  private static final Map<String, GoType> CHAT =
      Map.ofEntries(
          Map.entry("model", STRING),
          Map.entry("messages", MESSAGES),
          Map.entry("stream", BOOL),
          Map.entry("tools", TOOLS),
          Map.entry("options", OPTIONS),
          Map.entry("truncate", BOOL),
          Map.entry("shift", BOOL),
          Map.entry("logprobs", BOOL),
          Map.entry("top_logprobs", INT));

  private static final Map<String, GoType> V1_CHAT =
      Map.ofEntries(
          Map.entry("model", STRING),
          Map.entry("messages", V1_MESSAGES),
          Map.entry("stream", BOOL),
          Map.entry("max_tokens", INT),
          Map.entry("seed", INT),
          Map.entry("temperature", FLOAT),
          Map.entry("top_p", FLOAT),
          Map.entry("frequency_penalty", FLOAT),
          Map.entry("presence_penalty", FLOAT),
          Map.entry("top_logprobs", INT),
          Map.entry("tools", V1_TOOLS));

  private static final Map<String, GoType> V1_COMPLETIONS =
      Map.ofEntries(
          Map.entry("model", STRING),
          Map.entry("prompt", STRING),
          Map.entry("suffix", STRING),
          Map.entry("stream", BOOL),
          Map.entry("max_tokens", INT),
          Map.entry("seed", INT),
          Map.entry("temperature", FLOAT),
          Map.entry("top_p", FLOAT),
          Map.entry("frequency_penalty", FLOAT),
          Map.entry("presence_penalty", FLOAT));

  private static final Map<String, GoType> MODEL_ONLY =
      Map.of("model", STRING, "name", STRING, "stream", BOOL, "insecure", BOOL, "nodes", NODES);

  private static final Map<Endpoint, Map<String, GoType>> TABLE = new EnumMap<>(Endpoint.class);

  static {
    TABLE.put(Endpoint.GENERATE, GENERATE);
    TABLE.put(Endpoint.CHAT, CHAT);
    TABLE.put(Endpoint.CHAT_STREAM, CHAT);
    TABLE.put(
        Endpoint.EMBED,
        Map.of("model", STRING, "truncate", BOOL, "dimensions", INT, "options", OPTIONS));
    TABLE.put(Endpoint.EMBEDDINGS, Map.of("model", STRING, "prompt", STRING, "options", OPTIONS));
    TABLE.put(Endpoint.SHOW, Map.of("model", STRING, "name", STRING, "verbose", BOOL));
    TABLE.put(Endpoint.PULL, MODEL_ONLY);
    TABLE.put(Endpoint.DELETE, MODEL_ONLY);
    TABLE.put(Endpoint.COPY, Map.of("source", STRING, "destination", STRING));
    TABLE.put(Endpoint.V1_CHAT, V1_CHAT);
    TABLE.put(Endpoint.V1_COMPLETIONS, V1_COMPLETIONS);
    TABLE.put(
        Endpoint.V1_EMBEDDINGS,
        Map.of("model", STRING, "dimensions", INT, "encoding_format", STRING));
    TABLE.put(Endpoint.V1_RESPONSES, Map.of("model", STRING, "stream", BOOL));
    TABLE.put(Endpoint.V1_MESSAGES, Map.of("model", STRING, "stream", BOOL));
  }

  private static final Map<String, GoType> MESSAGE_FIELDS =
      Map.of(
          "role", STRING,
          "content", STRING,
          "thinking", STRING,
          "tool_name", STRING,
          "tool_call_id", STRING,
          "images", IMAGES);

  private static final Map<String, GoType> V1_MESSAGE_FIELDS =
      Map.of("role", STRING, "name", STRING, "tool_call_id", STRING, "reasoning", STRING);

  private GoTypes() {}

  /**
   * Checks every field that the request's type has.
   *
   * @throws WireException 400 for the first one of a wrong type
   */
  static void check(Endpoint endpoint, Fields fields) {
    Map<String, GoType> types = TABLE.getOrDefault(endpoint, Map.of());
    fields
        .values()
        .forEach(
            (name, value) -> {
              GoType type = types.get(name);
              if (type != null) {
                check(endpoint, fields, name, type, value);
              }
              if (MESSAGES.equals(type) && value.kind() == Kind.ARRAY) {
                messages(endpoint, fields, value, MESSAGE, MESSAGE_FIELDS);
              } else if (V1_MESSAGES.equals(type) && value.kind() == Kind.ARRAY) {
                messages(endpoint, fields, value, V1_MESSAGE, V1_MESSAGE_FIELDS);
              }
            });
  }

  private static void messages(
      Endpoint endpoint,
      Fields fields,
      JsonValue array,
      GoType elementType,
      Map<String, GoType> types) {
    new GoScanner(fields.json(), array.start())
        .array(
            element -> {
              check(endpoint, fields, "messages", elementType, element);
              if (element.kind() == Kind.OBJECT) {
                message(endpoint, fields, element, types);
              }
            });
  }

  private static void message(
      Endpoint endpoint, Fields fields, JsonValue message, Map<String, GoType> types) {
    new GoScanner(fields.json(), message.start())
        .object(
            (key, value) -> {
              String name = Fields.text(fields.json(), key).toLowerCase(java.util.Locale.ROOT);
              GoType type = types.get(name);
              if (type != null) {
                check(endpoint, fields, "messages." + name, type, value);
              }
            });
  }

  private static void check(
      Endpoint endpoint, Fields fields, String path, GoType type, JsonValue value) {
    if (value.kind() == Kind.NULL) {
      return;
    }
    String found = value.kind().goName();
    boolean fits = type.kinds().contains(value.kind());
    if (fits && type.equals(INT) && !fields.raw(value).matches("-?\\d{1,18}")) {
      fits = false;
      found = "number " + fields.raw(value);
    }
    if (!fits) {
      throw new WireException(
          400,
          "json: cannot unmarshal "
              + found
              + " into Go struct field "
              + endpoint.goType()
              + "."
              + path
              + " of type "
              + type.name());
    }
  }
}
