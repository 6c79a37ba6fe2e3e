package io.llmcluster.node.translate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.apache.pekko.util.ByteString;

/**
 * A request read once into a tree, with its long strings left where they are ({@link LargeText}),
 * and with what the tree takes of the memory told while it grows: {@code [{},{},...} takes a
 * hundred times its bytes.
 */
final class RequestTree {

  /** A usual bound of what is decoded, in bytes. */
  static final int LARGE = 4 * 1024;

  /** A node, in the tree of the request and in that of its translation, in bytes. */
  private static final int NODE = 300;

  /** A byte of text that is decoded: two trees, up to two bytes each, and what is written. */
  private static final int DECODED = 6;

  /** Deeper than contents and images are only the arguments of tools, which become text again. */
  private static final int DEEP = 4;

  /** Memory is asked for in such steps, in bytes. */
  private static final int STEP = 64 * 1024;

  private final byte[] source;
  private final JsonParser parser;
  private final LongConsumer memory;
  private final int large;
  private long untold;

  private RequestTree(byte[] source, JsonParser parser, LongConsumer memory, int large) {
    this.source = source;
    this.parser = parser;
    this.memory = memory;
    this.large = large;
  }

  /**
   * The first JSON value of the bytes; a missing node if there is none that can be read.
   *
   * @param memory takes what is needed further, in bytes; what it throws ends the reading
   * @param large a string of so many bytes, or more, is left where it is
   */
  static JsonNode read(ByteString bytes, LongConsumer memory, int large) {
    byte[] source = bytes.toArrayUnsafe();
    try (JsonParser parser = Json.FACTORY.createParser(source)) {
      parser.nextToken();
      return new RequestTree(source, parser, memory, large).value(0);
    } catch (IOException malformed) {
      return MissingNode.getInstance();
    }
  }

  /** The value at the parser's token; its depth is bounded by the parser. */
  private JsonNode value(int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return MissingNode.getInstance();
    }
    took(NODE);
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = nodes.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          took((long) DECODED * key.length());
          parser.nextToken();
          object.set(key, value(depth + 1));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = nodes.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(depth + 1));
        }
        yield array;
      }
      case VALUE_STRING -> text(depth);
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      case VALUE_NULL -> nodes.nullNode();
      default -> parser.readValueAsTree(); // a number
    };
  }

  private JsonNode text(int depth) throws IOException {
    long start = parser.currentTokenLocation().getByteOffset();
    if (start < 0 || start >= source.length || source[(int) start] != '"') {
      took((long) DECODED * source.length); // not UTF-8
      return JsonNodeFactory.instance.textNode(parser.getText());
    }
    int from = (int) start + 1;
    int to = from;
    while (to < source.length && source[to] != '"') {
      to += source[to] == '\\' ? 2 : 1;
    }
    int length = to - from;
    if (length < large || to >= source.length) {
      took((long) DECODED * length);
      return JsonNodeFactory.instance.textNode(parser.getText());
    }
    if (depth > DEEP) {
      took((long) DECODED * length);
    }
    return new LargeText(ByteString.fromArrayUnsafe(source, from, length));
  }

  private void took(long bytes) {
    untold += bytes;
    if (untold >= STEP) {
      memory.accept(untold);
      untold = 0;
    }
  }
}
