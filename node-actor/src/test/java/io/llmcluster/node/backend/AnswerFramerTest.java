package io.llmcluster.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class AnswerFramerTest {

  private static final String LINES =
      """
      {"model":"m","response":"grüß","done":false}
      {"model":"m","response":"世界 🌍","done":false}
      {"model":"m","response":"","done":true,"done_reason":"stop"}
      """;
  private static final String EVENTS =
      """
      data: {"choices":[{"delta":{"content":"grüß"}}]}

      data: {"choices":[{"delta":{"content":"🌍"}}]}

      data: [DONE]

      """;

  @Test
  void lines_cut_at_any_two_bytes_come_out_whole() {
    everySplit(StreamProtocol.NDJSON, LINES, "\n");
  }

  @Test
  void events_cut_at_any_two_bytes_come_out_whole() {
    everySplit(StreamProtocol.CHUNKS, EVENTS, "\n\n");
    everySplit(StreamProtocol.CHUNKS, EVENTS.replace("\n", "\r\n"), "\r\n\r\n");
  }

  private static void everySplit(StreamProtocol protocol, String stream, String end) {
    ByteString bytes = ByteString.fromString(stream);
    for (int i = 0; i <= bytes.length(); i++) {
      for (int j = i; j <= bytes.length(); j++) {
        AnswerFramer framer = new AnswerFramer(protocol, 1000);
        List<String> parts = new ArrayList<>();
        for (ByteString piece : List.of(bytes.take(i), bytes.slice(i, j), bytes.drop(j))) {
          ByteString part = framer.feed(piece);
          if (!part.isEmpty()) {
            parts.add(part.utf8String());
          }
        }
        parts.add(framer.end().utf8String());
        assertThat(String.join("", parts)).isEqualTo(stream);
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(part -> part.endsWith(end));
      }
    }
  }

  @Test
  void a_stream_without_its_closing_line_is_aborted() {
    assertAborted(StreamProtocol.NDJSON, "{\"done\":false}\n", "without the closing line");
    assertAborted(StreamProtocol.NDJSON, "{\"x\":{\"done\":true}}\n", "without the closing line");
    assertAborted(StreamProtocol.CHUNKS, "data: {\"a\":1}\n\n", "without the closing line");
    assertAborted(StreamProtocol.MESSAGES, "event: ping\ndata: {}\n\n", "without the closing line");
    assertAborted(StreamProtocol.NDJSON, "{\"done\":false}\n{\"done\":tr", "middle of a line");
  }

  private static void assertAborted(StreamProtocol protocol, String stream, String why) {
    AnswerFramer framer = new AnswerFramer(protocol, 1000);
    framer.feed(ByteString.fromString(stream));
    assertThatThrownBy(framer::end)
        .isInstanceOf(BackendException.Aborted.class)
        .hasMessageContaining(why);
  }

  @Test
  void each_protocol_knows_its_closing_part() {
    assertComplete(StreamProtocol.NDJSON, "{\"error\":\"it died\"}\n");
    assertComplete(StreamProtocol.PROGRESS, "{\"status\":\"a\"}\n{\"status\":\"success\"}\n");
    assertComplete(StreamProtocol.CHUNKS, "data: {\"error\":{\"message\":\"x\"}}\n\n");
    assertComplete(
        StreamProtocol.RESPONSES,
        "event: response.completed\ndata: {\"type\":\"response.completed\"}\n\n");
    assertComplete(StreamProtocol.RESPONSES, "data: {\"type\":\"response.failed\"}\n\n");
    assertComplete(StreamProtocol.MESSAGES, "event: message_stop\ndata: {}\n\n");
  }

  private static void assertComplete(StreamProtocol protocol, String stream) {
    AnswerFramer framer = new AnswerFramer(protocol, 1000);
    assertThat(framer.feed(ByteString.fromString(stream)).utf8String()).isEqualTo(stream);
    assertThat(framer.isClosed()).isTrue();
    assertThat(framer.end().isEmpty()).isTrue();
  }

  @Test
  void a_closing_line_whose_end_was_left_out_is_given_one() {
    AnswerFramer framer = new AnswerFramer(StreamProtocol.NDJSON, 1000);
    framer.feed(ByteString.fromString("{\"done\":true}"));
    assertThat(framer.end().utf8String()).isEqualTo("{\"done\":true}\n");
  }

  @Test
  void what_cannot_be_the_protocol_is_garbled() {
    assertThatThrownBy(
            () ->
                new AnswerFramer(StreamProtocol.NDJSON, 1000)
                    .feed(ByteString.fromString("<html>\n")))
        .isInstanceOf(BackendException.Garbled.class);
    assertThatThrownBy(
            () ->
                new AnswerFramer(StreamProtocol.CHUNKS, 1000)
                    .feed(ByteString.fromString("{\"error\":1}\n\n")))
        .isInstanceOf(BackendException.Garbled.class);
    assertThatThrownBy(() -> new AnswerFramer(StreamProtocol.NDJSON, 1000).end())
        .isInstanceOf(BackendException.Garbled.class)
        .hasMessageContaining("empty");
  }

  @Test
  void a_line_beyond_the_bound_is_refused_though_it_comes_whole() {
    AnswerFramer framer = new AnswerFramer(StreamProtocol.NDJSON, 10);
    framer.feed(ByteString.fromString("{12345678\n{12345678\n"));
    assertThatThrownBy(() -> framer.feed(ByteString.fromString("{1234\n{123456789\n{\n")))
        .isInstanceOf(BackendException.Aborted.class)
        .hasMessageContaining("longer than 10 bytes");
  }

  @Test
  void a_line_beyond_the_bound_is_refused() {
    AnswerFramer framer = new AnswerFramer(StreamProtocol.NDJSON, 10);
    framer.feed(ByteString.fromString("{12345678\n{1234"));
    assertThatThrownBy(() -> framer.feed(ByteString.fromString("5678901")))
        .isInstanceOf(BackendException.Aborted.class)
        .hasMessageContaining("longer than 10 bytes");
  }
}
