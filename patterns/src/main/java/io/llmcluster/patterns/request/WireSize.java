package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * How many bytes JSON has in a message between members at most, where it is CBOR. That messages are
 * compressed is not counted on: texts that cannot be are easily made.
 */
public final class WireSize {

  /** A double, and any integer that is a long. */
  private static final int NUMBER = 9;

  /** The head of a text, and the two ends of one that is written in pieces. */
  private static final int TEXT = 8;

  /** Pieces have 3996 characters, and a head of 3 bytes each: no more than a byte in a thousand. */
  private static final int PIECES = 1000;

  private WireSize() {}

  /** Of a value with all that is in it. */
  public static long of(JsonNode value) {
    if (value.isContainerNode()) {
      long sum = 2;
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
    if (value.isNumber()) { // one that is no long has at most as many bytes as digits
      return value.canConvertToLong() ? NUMBER : NUMBER + of(value.asText());
    }
    return of(value.asText());
  }

  /** Of a text. */
  public static long of(String text) {
    long bytes = utf8(text);
    return bytes + bytes / PIECES + TEXT;
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
