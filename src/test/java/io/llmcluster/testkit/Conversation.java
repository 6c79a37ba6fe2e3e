package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;

/** A conversation, seen by a client that may turn to another gateway. */
public final class Conversation extends Followed {

  private static final String CONVERSATIONS = "/api/agents/conversations";

  private Conversation(String id) {
    super(id, CONVERSATIONS + "/" + id + "/events");
  }

  public static Conversation begin(Gateway gateway, String request) {
    return new Conversation(
        accepted(gateway.post(CONVERSATIONS, request), 201).path("id").asText());
  }

  /** Says something. */
  public void post(Gateway gateway, String messageId, String content) {
    String message =
        Gateway.JSON
            .createObjectNode()
            .put("content", content)
            .put("messageId", messageId)
            .toString();
    accepted(gateway.post(path() + "/messages", message), 202);
  }

  public JsonNode message(Gateway gateway, String messageId) {
    return gateway.get(path() + "/messages/" + messageId);
  }

  public JsonNode view(Gateway gateway) {
    return gateway.get(path());
  }

  /** It is erased, where the store can do that; in any case nothing more happens to it. */
  public void delete(Gateway gateway) {
    gateway.send("DELETE", path(), "");
  }

  private String path() {
    return CONVERSATIONS + "/" + id();
  }

  private static JsonNode accepted(HttpResponse<String> answer, int status) {
    if (answer.statusCode() != status) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return Gateway.parse(answer.body());
  }
}
