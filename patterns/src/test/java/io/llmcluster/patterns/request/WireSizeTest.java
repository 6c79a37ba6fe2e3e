package io.llmcluster.patterns.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireSizeTest {

  private static final CBORMapper CBOR = new CBORMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[[],{},[{}],\"\"]",
        "{\"a\":[1.5,2.5,1e9,-0.0,1e300],\"b\":[0,23,24,255,65536,-9223372036854775808]}",
        "[123456789012345678901234567890,true,false,null]",
        "{\"name\":{\"other\":{\"yet another\":[\"text\",\"\\n\\t\"]}}}",
      })
  void json_takes_no_more_bytes_than_that(String text) throws IOException {
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(WireSize.of(json)).isGreaterThanOrEqualTo(CBOR.writeValueAsBytes(json).length);
  }

  /** Their heads grow with them, and what is in them hardly makes up for it. */
  @Test
  void long_arrays_and_objects_take_no_more_bytes_than_that() throws IOException {
    for (int items : new int[] {0, 1, 23, 24, 255, 256, 300, 65_535, 65_536, 70_000}) {
      ArrayNode doubles = NODES.arrayNode();
      ArrayNode integers = NODES.arrayNode();
      ArrayNode nested = NODES.arrayNode();
      ObjectNode fields = NODES.objectNode();
      for (int i = 0; i < items; i++) {
        doubles.add(i + 0.5);
        integers.add(i - items / 2);
        nested.addArray();
        fields.put("f" + i, i % 2 == 0);
      }
      assertExact(doubles);
      assertExact(integers);
      assertThat(WireSize.of(nested)).isBetween(bytes(nested), bytes(nested) + items + 1);
      assertExact(fields);
    }
  }

  @Test
  void an_integer_counts_what_it_takes_and_many_small_ones_are_no_large_request()
      throws IOException {
    for (long edge : new long[] {0, 23, 24, 255, 256, 65_535, 65_536, Integer.MAX_VALUE}) {
      assertExact(NODES.numberNode((int) edge));
      assertExact(NODES.numberNode((int) (-1 - edge)));
    }
    for (long large : new long[] {1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
      JsonNode number = NODES.numberNode(large);
      assertThat(WireSize.of(number)).isBetween(bytes(number), 9L);
    }
    ArrayNode many = NODES.arrayNode();
    for (int i = 0; i < 200_000; i++) {
      many.add(i % 10);
    }
    assertThat(WireSize.of(many)).isEqualTo(200_005);
  }

  @Test
  void a_text_in_one_piece_counts_what_it_takes() throws IOException {
    for (int length : new int[] {0, 1, 23, 24, 255, 256, 3996}) {
      assertExact(NODES.textNode("x".repeat(length)));
      assertExact(NODES.textNode("\u4e2d".repeat(length)));
    }
  }

  /** But for its head, if a length is not written there or is written with an end. */
  private static void assertExact(JsonNode json) throws IOException {
    assertThat(WireSize.of(json)).isBetween(bytes(json), bytes(json) + 3);
  }

  private static long bytes(JsonNode json) throws IOException {
    return CBOR.writeValueAsBytes(json).length;
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e9", "\u4e2d", "\ud83d\ude00", "a\u4e2d\ud83d\ude00"})
  void a_text_takes_no_more_bytes_than_that_and_hardly_fewer(String letters) throws IOException {
    for (int times : new int[] {0, 1, 30, 300, 4000, 100_000}) {
      String text = letters.repeat(times);
      assertThat(WireSize.of(text))
          .isGreaterThanOrEqualTo(CBOR.writeValueAsBytes(TextNode.valueOf(text)).length)
          .isLessThanOrEqualTo(bytes(text) + bytes(text) / 1000 + 8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e9", "\u4e2d", "\ud83d\ude00", "a\u4e2d\ud83d\ude00"})
  void a_text_is_cut_to_what_there_is_room_for_between_two_letters(String letters) {
    String text = letters.repeat(2000);
    for (int most : new int[] {-100, 0, 8, 9, 12, 13, 999, 1700, 5000}) {
      String cut = WireSize.cut(text, most);
      assertThat(text).startsWith(cut);
      assertThat(bytes(cut)).isEqualTo(cut.codePoints().map(WireSizeTest::utf8).sum());
      if (!cut.isEmpty()) {
        assertThat(WireSize.of(cut)).isLessThanOrEqualTo(most);
      }
      if (!cut.equals(text) && most > 12) {
        assertThat(bytes(cut)).isGreaterThan(most - most / 900 - 14);
      }
    }
    assertThat(WireSize.cut(text, WireSize.of(text))).isEqualTo(text);
  }

  private static int utf8(int letter) {
    return bytes(Character.toString(letter));
  }
}
