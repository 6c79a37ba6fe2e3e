package io.llmcluster.node.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class RequestTreeTest {

  private final AtomicLong memory = new AtomicLong();

  private JsonNode read(String json) {
    return Json.request(ByteString.fromString(json), memory::addAndGet);
  }

  @Test
  void long_texts_and_images_are_passed_on_as_they_stand_and_take_no_memory() {
    String text = "\\u00e4 \\\" \u00e4 ".repeat(100_000);
    String image = "iVBOR" + "a".repeat(3_000_000);
    String json =
        "{\"Messages\":[{\"role\":\"user\",\"content\":\""
            + text
            + "\",\"images\":[\""
            + image
            + "\"]}],\"stream\":false}";
    JsonNode written = Json.parse(Json.rope(NativeRequests.chat(read(json), "m")));
    JsonNode parts = written.path("messages").path(0).path("content");
    assertThat(parts.path(0).path("text").asText()).isEqualTo("\u00e4 \" \u00e4 ".repeat(100_000));
    assertThat(parts.path(1).path("image_url").path("url").asText())
        .isEqualTo("data:image/png;base64," + image);
    assertThat(memory).hasValueLessThan(100_000);
  }

  @Test
  void many_small_values_take_a_hundred_times_their_bytes() {
    read("{\"messages\":[" + "{},".repeat(10_000) + "{}]}");
    assertThat(memory).hasValueGreaterThan(2_500_000);
  }

  @Test
  void a_long_text_is_refused_where_a_short_one_is_expected() {
    JsonNode request = read("{\"messages\":[{\"role\":\"" + "x".repeat(5000) + "\"}]}");
    assertThatThrownBy(() -> NativeRequests.chat(request, "m"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("5000 bytes");
  }

  @Test
  void what_is_cut_off_is_no_request() {
    assertThat(read("{\"a\":[1,").isMissingNode()).isTrue();
    assertThat(read("{\"a\":\"" + "x".repeat(5000)).isMissingNode()).isTrue();
  }
}
