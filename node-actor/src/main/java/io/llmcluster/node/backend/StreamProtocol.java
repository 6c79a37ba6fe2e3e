package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.node.translate.Json;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/** How the stream of an endpoint is cut into parts, and which part must be its last. */
enum StreamProtocol {
  /** Lines of JSON; the last says {@code "done":true}. */
  NDJSON("application/x-ndjson"),
  /** Progress lines; the last says {@code "status":"success"}. */
  PROGRESS("application/x-ndjson"),
  /** Server-sent events; the last is {@code data: [DONE]}. */
  CHUNKS("text/event-stream"),
  /** Server-sent events of OpenAI's responses API. */
  RESPONSES("text/event-stream"),
  /** Server-sent events of Anthropic's messages API. */
  MESSAGES("text/event-stream");

  private static final Set<String> RESPONSE_ENDS =
      Set.of("response.completed", "response.incomplete", "response.failed", "error");
  private static final Set<String> MESSAGE_ENDS = Set.of("message_stop", "error");

  private final String mediaType;

  StreamProtocol(String mediaType) {
    this.mediaType = mediaType;
  }

  static StreamProtocol of(Operation operation) {
    return switch (operation) {
      case V1_CHAT, V1_COMPLETIONS, V1_EMBEDDINGS -> CHUNKS;
      case V1_RESPONSES -> RESPONSES;
      case V1_MESSAGES -> MESSAGES;
      default -> NDJSON;
    };
  }

  String mediaType() {
    return mediaType;
  }

  boolean isEvents() {
    return this != NDJSON && this != PROGRESS;
  }

  /** Whether a stream of this kind can begin with this byte. */
  boolean canBeginWith(byte first) {
    return isEvents() ? "deir:".indexOf((char) first) >= 0 : first == '{';
  }

  /**
   * Whether nothing has to follow this line or event. An error that the backend reports ends a
   * stream too.
   */
  boolean isClosing(ByteString part) {
    String text = part.utf8String();
    return switch (this) {
      case NDJSON, PROGRESS -> {
        JsonNode line = Json.parse(text);
        boolean ended =
            this == NDJSON
                ? line.path("done").asBoolean()
                : line.path("status").asText().equals("success");
        yield ended || line.has("error");
      }
      case CHUNKS -> {
        String data = field(text, "data");
        yield data.equals("[DONE]") || Json.parse(data).hasNonNull("error");
      }
      case RESPONSES -> RESPONSE_ENDS.contains(type(text)) || field(text, "data").equals("[DONE]");
      case MESSAGES -> MESSAGE_ENDS.contains(type(text));
    };
  }

  private static String type(String event) {
    String named = field(event, "event");
    return named.isEmpty() ? Json.parse(field(event, "data")).path("type").asText() : named;
  }

  private static String field(String event, String name) {
    for (String line : event.split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }
}
