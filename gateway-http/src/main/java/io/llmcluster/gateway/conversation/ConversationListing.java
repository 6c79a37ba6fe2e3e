package io.llmcluster.gateway.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.ExecutionView;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.conversation.ConversationFilter;
import io.llmcluster.patterns.conversation.ConversationFilter.State;
import io.llmcluster.patterns.conversation.ConversationPage;
import io.llmcluster.patterns.conversation.ConversationSummary;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Lists of conversations, by state and age, a page at a time. */
final class ConversationListing {

  private static final int PAGE = 50;
  private static final int LONGEST_PAGE = 1000;

  private final Conversations conversations;

  ConversationListing(Conversations conversations) {
    this.conversations = conversations;
  }

  CompletionStage<HttpResponse> list(Exchange exchange) {
    int offset = exchange.number("offset", 0, 0, Integer.MAX_VALUE);
    int limit = exchange.number("limit", PAGE, 1, LONGEST_PAGE);
    State state = state(exchange.query("status"));
    return conversations
        .list(new ConversationFilter(state, Long.MAX_VALUE), offset, limit)
        .thenApply(page -> JsonBody.answer(200, view(page)));
  }

  private static State state(String given) {
    return switch (given) {
      case "" -> State.ANY;
      case "idle" -> State.IDLE;
      case "running" -> State.RUNNING;
      default -> throw new WireException(400, "status: " + given + " (expected: idle or running)");
    };
  }

  private static ObjectNode view(ConversationPage page) {
    ObjectNode view = JsonBody.JSON.createObjectNode();
    ArrayNode list = view.putArray("conversations");
    for (ConversationSummary one : page.conversations()) {
      ObjectNode entry = list.addObject().put("id", one.id());
      ConversationView.put(entry, "title", one.title());
      ConversationView.put(entry, "agent", one.agent());
      entry
          .put("pattern", one.pattern())
          .put("status", one.running() ? "running" : "idle")
          .put("messages", one.messages())
          .put("createdAt", ExecutionView.time(one.createdAt()))
          .put("changedAt", ExecutionView.time(one.changedAt()));
    }
    return view.put("total", page.total());
  }
}
