package io.llmcluster.node.translate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.pekko.util.ByteString;

/** Reading JSON that others wrote, and writing it as Ollama does ({@link GoJson}). */
public final class Json {

  /** Images and long contexts make single strings of many megabytes; depth stays bounded. */
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .characterEscapes(GoJson.ESCAPES)
          .build();

  private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The first JSON value of the bytes; a missing node if there is none that can be read. */
  public static JsonNode parse(ByteString bytes) {
    try {
      return MAPPER.readTree(bytes.toArrayUnsafe());
    } catch (IOException malformed) {
      return MissingNode.getInstance();
    }
  }

  /** As {@link #parse(ByteString)}. */
  public static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      return MissingNode.getInstance();
    }
  }

  /**
   * As {@link #parse(ByteString)}, of a body of any size: its long strings are not decoded, so they
   * can be passed on ({@link #rope}) and not be read.
   *
   * @param memory takes what the tree needs further, in bytes; what it throws ends the reading
   */
  public static JsonNode tree(ByteString bytes, LongConsumer memory) {
    return RequestTree.read(bytes, memory, RequestTree.LARGE);
  }

  /**
   * As {@link #tree}, with the keys of the request's object, and those of its messages, in lower
   * case: Go's decoder, and so Ollama, takes them in any.
   */
  public static JsonNode request(ByteString bytes, LongConsumer memory) {
    return lowerKeys(tree(bytes, memory));
  }

  /** As {@link #request}, with all its strings decoded: for who has to read them. */
  public static JsonNode decodedRequest(ByteString bytes, LongConsumer memory) {
    return lowerKeys(RequestTree.read(bytes, memory, Integer.MAX_VALUE));
  }

  private static JsonNode lowerKeys(JsonNode request) {
    if (!(request instanceof ObjectNode object)) {
      return request;
    }
    ObjectNode lower = lowerKeys(object);
    JsonNode messages = lower.path("messages");
    for (int i = 0; i < messages.size(); i++) {
      if (messages instanceof ArrayNode array && array.get(i) instanceof ObjectNode message) {
        array.set(i, lowerKeys(message));
      }
    }
    return lower;
  }

  /** The same object where there is nothing to do; of two spellings the later one counts. */
  private static ObjectNode lowerKeys(ObjectNode object) {
    boolean lower = true;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      lower &= field.getKey().equals(field.getKey().toLowerCase(Locale.ROOT));
    }
    if (lower) {
      return object;
    }
    ObjectNode renamed = object();
    object
        .properties()
        .forEach(field -> renamed.set(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
    return renamed;
  }

  public static ByteString bytes(JsonNode value) {
    try {
      return ByteString.fromArrayUnsafe(MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree cannot be written", impossible);
    }
  }

  /** As {@link #bytes}, of a tree with long strings, which are not copied. */
  public static ByteString rope(JsonNode value) {
    Rope rope = new Rope();
    try {
      MAPPER.writeValue(rope, value);
      return rope.whole();
    } catch (IOException impossible) {
      throw new IllegalStateException("a tree cannot be written", impossible);
    }
  }

  /** One line of a stream, with its end. */
  public static ByteString line(JsonNode value) {
    return ByteString.fromArrayUnsafe(GoJson.bytes(value)).concat(NEWLINE);
  }

  private static final ByteString NEWLINE = ByteString.fromString("\n");

  /** Whether it is no text or one without characters; long ones are not decoded for it. */
  public static boolean isEmptyText(JsonNode value) {
    return !(value instanceof LargeText) && value.asText("").isEmpty();
  }

  /** Whether the bytes are exactly one JSON value; reads them once and keeps nothing. */
  public static boolean isOneValue(ByteString bytes) {
    try (JsonParser parser = FACTORY.createParser(bytes.asInputStream())) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException malformed) {
      return false;
    }
  }
}
