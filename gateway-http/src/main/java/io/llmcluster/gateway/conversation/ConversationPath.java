package io.llmcluster.gateway.conversation;

import io.llmcluster.gateway.pattern.WorkflowIds;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;
import java.util.List;

/**
 * What stands behind {@code /api/agents/conversations/}: {@code ID}, {@code ID/messages}, {@code
 * ID/messages/MESSAGE}, {@code ID/events}.
 *
 * @param action empty if there is none
 * @param message empty if there is none
 */
record ConversationPath(String id, String action, String message) {

  static final String PREFIX = "/api/agents/conversations/";

  /** Fails with {@link WireException} 404 for what cannot be there. */
  static ConversationPath of(Exchange exchange) {
    String rest = exchange.request().getUri().path().substring(PREFIX.length());
    List<String> parts = List.of(rest.split("/", -1));
    if (!WorkflowIds.isValid(parts.get(0))) {
      throw unknown(parts.get(0));
    }
    if (parts.size() > 3) {
      throw new WireException(404, "no such page: " + rest);
    }
    return new ConversationPath(
        parts.get(0), parts.size() > 1 ? parts.get(1) : "", parts.size() > 2 ? parts.get(2) : "");
  }

  boolean is(String wanted, boolean withMessage) {
    return action.equals(wanted) && message.isEmpty() != withMessage;
  }

  WireException noPage() {
    return new WireException(
        404,
        "no such page: "
            + action
            + (message.isEmpty() ? "" : "/" + message)
            + " (expected: messages, messages/ID, events)");
  }

  static WireException unknown(String id) {
    return new WireException(404, "conversation '" + id + "' not found");
  }
}
