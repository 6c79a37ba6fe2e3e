package io.llmcluster.core.json;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Go's encoder, and so Ollama, writes it: the three characters that mean something in HTML
 * are escapes, and all others are as they are. For what we write ourselves; what is relayed is not
 * touched.
 */
public final class GoJson {

  /** For factories with further settings. */
  public static final CharacterEscapes ESCAPES = new HtmlEscapes();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(new JsonFactoryBuilder().characterEscapes(ESCAPES).build()).build();

  private GoJson() {}

  /** On one line, without an end of line. */
  public static String text(JsonNode value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree cannot be written", impossible);
    }
  }

  /**
   * As {@link #text}, in UTF-8. Jackson's own writer of bytes makes two escapes of an emoji, or
   * with COMBINE_UNICODE_SURROGATES_IN_UTF8 broken UTF-8 of half of one.
   */
  public static byte[] bytes(JsonNode value) {
    return text(value).getBytes(StandardCharsets.UTF_8);
  }

  private static final class HtmlEscapes extends CharacterEscapes {

    private static final long serialVersionUID = 1L;

    /** Jackson's own would be in upper case. */
    private static final SerializedString LESS = new SerializedString("\\u003c");

    private static final SerializedString GREATER = new SerializedString("\\u003e");
    private static final SerializedString AND = new SerializedString("\\u0026");

    private final int[] ascii = standardAsciiEscapesForJSON();

    HtmlEscapes() {
      for (char c : new char[] {'<', '>', '&'}) {
        ascii[c] = ESCAPE_CUSTOM;
      }
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      return switch (c) {
        case '<' -> LESS;
        case '>' -> GREATER;
        case '&' -> AND;
        default -> null;
      };
    }
  }
}
