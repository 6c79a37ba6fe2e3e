package io.llmcluster.gateway.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.ExecutionView;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.patterns.conversation.ConversationDefinition;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import io.llmcluster.patterns.conversation.Memory;
import io.llmcluster.patterns.conversation.TranscriptEntry;
import io.llmcluster.patterns.workflow.Receipt;
import java.util.List;
import java.util.Locale;

/** How the API shows a conversation. */
final class ConversationView {

  private ConversationView() {}

  /**
   * The whole view.
   *
   * @param summaries what was begun again of its summaries
   * @param page some of its messages and answers
   */
  static ObjectNode of(String id, Open open, Receipt summaries, List<TranscriptEntry> page) {
    ConversationDefinition definition = open.definition();
    ObjectNode view = JsonBody.JSON.createObjectNode().put("id", id);
    put(view, "title", definition.title());
    put(view, "agent", definition.agent());
    put(view, "system", definition.system());
    view.put("model", definition.model())
        .put("pattern", definition.pattern())
        .put("onBusy", definition.onBusy().name().toLowerCase(Locale.ROOT))
        .put("status", open.turn() == null ? "idle" : "running");
    if (open.turn() != null) {
      view.set("turn", turn(open.turn()));
    }
    view.put("queued", open.queue().size());
    view.set("memory", memory(definition.window(), open.memory(), summaries));
    ArrayNode messages = view.putArray("messages");
    page.forEach(entry -> messages.add(entry(entry)));
    boolean more = !page.isEmpty() && page.get(page.size() - 1).number() < open.last();
    return view.put("more", more)
        .put("last", open.last())
        .put("createdAt", ExecutionView.time(definition.createdAt()));
  }

  private static ObjectNode turn(Turn turn) {
    ObjectNode view =
        JsonBody.JSON
            .createObjectNode()
            .put("messageId", turn.message().messageId())
            .put("attempt", turn.attempt())
            .put("pattern", turn.message().pattern());
    put(view, "model", turn.model());
    put(view, "execution", turn.child());
    return view.put("since", ExecutionView.time(turn.since()));
  }

  private static ObjectNode memory(int window, Memory memory, Receipt summaries) {
    ObjectNode view =
        JsonBody.JSON
            .createObjectNode()
            .put("window", window)
            .put("tokens", memory.tokens())
            .put("covered", memory.covered())
            .put("truncated", memory.truncated());
    put(view, "summary", memory.summary());
    recovery(view, summaries.reissued(), summaries.tokensLost());
    return view;
  }

  /** A message or an answer. */
  static ObjectNode entry(TranscriptEntry entry) {
    ObjectNode view =
        JsonBody.JSON
            .createObjectNode()
            .put("number", entry.number())
            .put("role", entry.role())
            .put("content", entry.content());
    if (entry.replyTo() == 0) {
      turn(view, entry);
    } else {
      view.put("replyTo", entry.replyTo()).put("attempt", entry.attempt());
      put(view, "model", entry.model());
      put(view, "node", entry.node());
      view.put("tokens", entry.tokens())
          .put("durationMs", entry.millis())
          .put("doneReason", entry.doneReason());
    }
    return view.put("at", ExecutionView.time(entry.at()));
  }

  /** How the turn of a message stands. */
  static ObjectNode turn(ObjectNode view, TranscriptEntry message) {
    view.put("messageId", message.messageId())
        .put("status", message.status().id())
        .put("attempt", message.attempt())
        .put("pattern", message.pattern());
    put(view, "execution", message.child());
    if (message.leftOut() > 0) {
      view.put("leftOut", message.leftOut());
    }
    put(view, "error", message.error());
    recovery(view, message.reissued(), message.tokensLost());
    return view;
  }

  private static void recovery(ObjectNode view, int reissued, long tokensLost) {
    if (reissued > 0) {
      view.putObject("recovery").put("reissued", reissued).put("tokensLost", tokensLost);
    }
  }

  static void put(ObjectNode view, String name, String value) {
    if (!value.isEmpty()) {
      view.put(name, value);
    }
  }
}
