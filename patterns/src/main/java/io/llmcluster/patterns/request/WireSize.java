package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * How many bytes JSON has in a message between members at most, where it is CBOR. That messages are
 * compressed is not counted on: texts that cannot be are easily made.
 */
public final class WireSize {

  /** With its type: a double, and the widest integer. */
  private static final int NUMBER = 9;

  /** The two ends of what is written without its length, as Jackson does with objects. */
  private static final int ENDS = 2;

  /** The two ends of a text in pieces, and the heads that a last, shorter piece costs. */
  private static final int TEXT = 8;

  /** Characters of a text that is written in one piece. */
  private static final int ONE_PIECE = 3996;

  /** Pieces have 3996 characters, and a head of 3 bytes each: no more than a byte in a thousand. */
  private static final int PIECES = 1000;

  private WireSize() {}

  /** Of a value with all that is in it. */
  public static long of(JsonNode value) {
    if (value.isContainerNode()) {
      long sum = Math.max(ENDS, head(value.size()));
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        sum += of(field.getKey()) + of(field.getValue());
      }
      if (value.isArray()) {
        for (JsonNode item : value) {
          sum += of(item);
        }
      }
      return sum;
    }
    if (value.isNumber()) {
      return ofNumber(value);
    }
    return value.isBoolean() || value.isNull() ? 1 : of(value.asText());
  }

  private static long ofNumber(JsonNode value) {
    if (value.isInt()) {
      int number = value.intValue();
      return head(number < 0 ? -1L - number : number);
    }
    if (value.isLong() || value.isDouble()) {
      return NUMBER;
    }
    return NUMBER + of(value.asText()); // it has at most as many bytes as digits
  }

  /** Of a text. */
  public static long of(String text) {
    long bytes = utf8(text);
    return text.length() <= ONE_PIECE ? head(bytes) + bytes : bytes + bytes / PIECES + TEXT;
  }

  /**
   * Bytes of a type with a number: of an integer, or of a length before what is so long (RFC 8949,
   * section 3).
   */
  private static int head(long number) {
    if (number < 24) {
      return 1;
    }
    if (number < 1 << 8) {
      return 2;
    }
    return number < 1 << 16 ? 3 : number < 1L << 32 ? 5 : 9;
  }

  /** The beginning of a text of which {@link #of(String)} is at most so much; or nothing. */
  public static String cut(String text, long most) {
    if (of(text) <= most) {
      return text;
    }
    long left = (most - TEXT) - Math.max(0, most) / PIECES;
    int end = 0;
    while (end < text.length()) {
      int letter = text.codePointAt(end);
      left -= utf8(letter);
      if (left < 0) {
        break;
      }
      end += Character.charCount(letter);
    }
    return text.substring(0, end);
  }

  private static long utf8(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int letter = text.codePointAt(i);
      bytes += utf8(letter);
      i += Character.charCount(letter);
    }
    return bytes;
  }

  private static int utf8(int letter) {
    if (letter < 0x80) {
      return 1;
    }
    return letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
  }
}
