package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.app.member.StartupException;
import java.io.IOException;
import java.util.List;

/** {@code --set NAME=VALUE}, which becomes fields of a request. */
final class NamedValues {

  private NamedValues() {}

  /**
   * Puts them into a request.
   *
   * @throws StartupException for one that is none
   */
  static void into(ObjectNode request, List<String> parameters) {
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      if (equals < 1) {
        throw new StartupException("--set: " + parameter + " (expected: NAME=VALUE)");
      }
      request.set(parameter.substring(0, equals), value(parameter.substring(equals + 1)));
    }
  }

  /** JSON where it is some, else a text. */
  private static JsonNode value(String text) {
    try {
      JsonNode json = GatewayClient.JSON.readTree(text);
      if (json != null && !json.isMissingNode()) {
        return json;
      }
    } catch (IOException notJson) {
      // a text then
    }
    return GatewayClient.JSON.getNodeFactory().textNode(text);
  }
}
