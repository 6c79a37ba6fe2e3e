package io.llmcluster.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Reads server-sent events; knows the number of the last one, to go on after a break. */
final class EventReader {

  private final BiConsumer<String, JsonNode> listener;
  private String last = "0";
  private String id = "";
  private String name = "";

  /**
   * @param listener hears the event's name and data
   */
  EventReader(BiConsumer<String, JsonNode> listener) {
    this.listener = listener;
  }

  /** Of the last event that was heard; {@code 0} before the first. */
  String last() {
    return last;
  }

  /** Reads to the end of the stream; fails as the stream does. */
  void read(Stream<String> lines) throws JsonProcessingException {
    id = "";
    name = "";
    try (lines) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        line(each.next());
      }
    }
  }

  private void line(String line) throws JsonProcessingException {
    if (line.startsWith("id: ")) {
      id = line.substring("id: ".length());
    } else if (line.startsWith("event: ")) {
      name = line.substring("event: ".length());
    } else if (line.startsWith("data: ")) {
      listener.accept(name, GatewayClient.JSON.readTree(line.substring("data: ".length())));
      last = id.isEmpty() ? last : id;
      id = "";
    }
  }
}
