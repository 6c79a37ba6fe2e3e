package io.llmcluster.gateway.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.EventView;
import io.llmcluster.gateway.pattern.ExecutionView;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.patterns.Conversations.ConversationNews;
import io.llmcluster.patterns.conversation.ConversationEvent;
import io.llmcluster.patterns.workflow.WorkflowUpdate;

/** How the API tells what happens to a conversation, and which of it concerns one message. */
final class TurnNews {

  private TurnNews() {}

  static EventView view(ConversationNews news) {
    ObjectNode data = JsonBody.JSON.createObjectNode();
    if (news instanceof ConversationNews.Piece piece) {
      WorkflowUpdate.Piece text = piece.piece();
      data.put("message", message(text))
          .put("stepId", text.step())
          .put("attempt", text.attempt())
          .put("offset", text.offset())
          .put("text", text.text());
      return new EventView(0, "token", data);
    }
    ConversationNews.Recorded recorded = (ConversationNews.Recorded) news;
    ConversationEvent event = recorded.event().event();
    describe(event, data);
    data.put("at", ExecutionView.time(event.at()));
    return new EventView(recorded.event().sequenceNr(), event.getClass().getSimpleName(), data);
  }

  /** Whether it belongs to the turn of a message, by number. */
  static boolean concerns(ConversationNews news, int message) {
    if (news instanceof ConversationNews.Piece piece) {
      return message(piece.piece()) == message;
    }
    ConversationEvent event = ((ConversationNews.Recorded) news).event().event();
    return number(event) == message
        || (event instanceof ConversationEvent.MessagePosted posted && posted.number() == message);
  }

  /** Whether the turn of a message ends with it. */
  static boolean ends(ConversationNews news, int message) {
    return news instanceof ConversationNews.Recorded recorded
        && !(recorded.event().event() instanceof ConversationEvent.TurnStarted)
        && number(recorded.event().event()) == message;
  }

  /** Of the message whose turn it is about; 0: none. */
  private static int number(ConversationEvent event) {
    if (event instanceof ConversationEvent.TurnStarted started) {
      return started.message();
    }
    if (event instanceof ConversationEvent.TurnAnswered answered) {
      return answered.message();
    }
    if (event instanceof ConversationEvent.TurnFailed failed) {
      return failed.message();
    }
    return event instanceof ConversationEvent.TurnInterrupted interrupted
        ? interrupted.message()
        : 0;
  }

  private static int message(WorkflowUpdate.Piece piece) {
    return Integer.parseInt(piece.step().substring(piece.step().lastIndexOf('-') + 1));
  }

  private static void describe(ConversationEvent event, ObjectNode data) {
    if (event instanceof ConversationEvent.MessagePosted posted) {
      data.put("number", posted.number())
          .put("messageId", posted.messageId())
          .put("content", posted.content())
          .put("pattern", posted.pattern());
    } else if (event instanceof ConversationEvent.TurnStarted started) {
      data.put("message", started.message()).put("attempt", started.attempt());
      reissued(data, started.reissued(), started.tokensLost());
      data.put(
          started.child().isEmpty() ? "model" : "execution",
          started.child().isEmpty() ? started.model() : started.child());
    } else if (event instanceof ConversationEvent.TurnAnswered answered) {
      data.put("message", answered.message())
          .put("number", answered.number())
          .put("attempt", answered.attempt())
          .put("content", answered.content())
          .put("tokens", answered.promptTokens() + answered.completionTokens())
          .put("durationMs", answered.millis())
          .put("doneReason", answered.doneReason());
    } else if (event instanceof ConversationEvent.TurnFailed failed) {
      data.put("message", failed.message())
          .put("attempt", failed.attempt())
          .put("reason", failed.reason());
    } else if (event instanceof ConversationEvent.TurnInterrupted interrupted) {
      data.put("message", interrupted.message());
    } else if (event instanceof ConversationEvent.CompactionStarted started) {
      data.put("through", started.through()).put("attempt", started.attempt());
      reissued(data, started.reissued(), started.tokensLost());
    } else if (event instanceof ConversationEvent.Compacted compacted) {
      data.put("through", compacted.through()).put("summary", compacted.summary());
    } else if (event instanceof ConversationEvent.Truncated truncated) {
      data.put("through", truncated.through()).put("reason", truncated.reason());
    }
  }

  private static void reissued(ObjectNode data, boolean reissued, long tokensLost) {
    data.put("reissued", reissued);
    if (reissued) {
      data.put("tokensLost", tokensLost);
    }
  }
}
