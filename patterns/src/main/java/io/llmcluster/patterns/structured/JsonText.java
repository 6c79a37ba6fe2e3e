package io.llmcluster.patterns.structured;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/** Finds the JSON object in what a model wrote: models put fences and words around it. */
public final class JsonText {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Places at which an object may begin that are tried; models ramble. */
  private static final int MOST_TRIES = 50;

  private JsonText() {}

  /** The first complete object in the text. */
  public static Optional<JsonNode> find(String text) {
    int tries = 0;
    for (int at = text.indexOf('{');
        at >= 0 && tries < MOST_TRIES;
        at = text.indexOf('{', at + 1)) {
      tries++;
      try (JsonParser parser = JSON.createParser(text.substring(at))) {
        JsonNode found = JSON.readTree(parser);
        if (found != null && found.isObject()) {
          return Optional.of(found);
        }
      } catch (IOException notJson) {
        // the next brace may begin one
      }
    }
    return Optional.empty();
  }

  /** A text as it is, anything else as JSON, nothing as nothing. */
  public static String plain(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return value.isTextual() ? value.asText() : value.toString();
  }
}
