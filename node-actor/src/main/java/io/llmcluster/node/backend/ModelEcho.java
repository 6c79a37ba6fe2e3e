package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import io.llmcluster.node.translate.Json;
import org.apache.pekko.util.ByteString;

/**
 * Puts the client's name of a model into an answer that has the server's: an answer's {@code model}
 * is what the client asked for. Only for where the two differ, since it parses what it touches.
 */
final class ModelEcho {

  private static final String DATA = "data:";

  private ModelEcho() {}

  static BackendAnswer of(BackendAnswer answer, String clients) {
    if (answer instanceof BackendAnswer.Streamed streamed) {
      return new BackendAnswer.Streamed(
          streamed.contentType(), streamed.body().map(events -> inEvents(events, clients)));
    }
    BackendAnswer.Whole whole = (BackendAnswer.Whole) answer;
    JsonNode json = Json.parse(whole.body());
    return replaced(json, clients)
        ? new BackendAnswer.Whole(whole.status(), whole.contentType(), Json.bytes(json))
        : whole;
  }

  private static ByteString inEvents(ByteString events, String clients) {
    StringBuilder result = new StringBuilder();
    for (String line : events.utf8String().split("(?<=\n)", -1)) {
      JsonNode json =
          line.startsWith(DATA) ? Json.parse(line.substring(DATA.length())) : Json.object();
      result.append(
          replaced(json, clients)
              ? DATA + " " + GoJson.text(json) + line.substring(line.stripTrailing().length())
              : line);
    }
    return ByteString.fromString(result.toString());
  }

  /** OpenAI's responses and Anthropic's messages name the model one level deeper. */
  private static boolean replaced(JsonNode json, String clients) {
    boolean replaced = false;
    for (JsonNode holder : new JsonNode[] {json, json.path("response"), json.path("message")}) {
      if (holder instanceof ObjectNode object && object.path("model").isTextual()) {
        object.put("model", clients);
        replaced = true;
      }
    }
    return replaced;
  }
}
