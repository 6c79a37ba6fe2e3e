package io.llmcluster.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.gateway.pattern.EventView;
import io.llmcluster.patterns.Conversations.ConversationNews;
import io.llmcluster.patterns.conversation.ConversationDefinition;
import io.llmcluster.patterns.conversation.ConversationEvent.CompactionStarted;
import io.llmcluster.patterns.conversation.ConversationHistory;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.Memory;
import io.llmcluster.patterns.conversation.OnBusy;
import io.llmcluster.patterns.workflow.Receipt;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;

class ConversationViewTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static JsonNode memory(Receipt summaries) {
    ConversationDefinition definition =
        new ConversationDefinition(
            "hash",
            "me",
            "",
            "",
            "",
            "m",
            false,
            JSON.objectNode(),
            NodeConstraint.ANY,
            "none",
            JSON.objectNode(),
            OnBusy.ENQUEUE,
            256,
            1,
            List.of());
    Open open = new Open(definition, Memory.EMPTY, List.of(), null, null, Map.of(), 0, false);
    return ConversationView.of("c", open, summaries, List.of()).path("memory");
  }

  private static EventView told(CompactionStarted event) {
    return TurnNews.view(new ConversationNews.Recorded(new ConversationHistory.Recorded(7, event)));
  }

  @Test
  void the_memory_says_what_was_begun_again_of_its_summaries() {
    assertThat(memory(new Receipt(2, 30, 0)).path("recovery"))
        .hasToString("{\"reissued\":2,\"tokensLost\":30}");
    assertThat(memory(Receipt.CLEAN).has("recovery")).isFalse();
  }

  @Test
  void what_does_not_fit_into_a_message_between_members_is_too_large() {
    HttpResponse answer =
        ConversationAnswers.refused(
            new ConversationReply.Refused(ConversationReply.Why.TOO_LARGE, "content: 9 bytes"));
    assertThat(answer.status().intValue()).isEqualTo(413);
  }

  @Test
  void an_event_says_whether_its_summary_was_begun_again_and_what_that_cost() {
    EventView again = told(new CompactionStarted(4, 2, 1, true, 30));
    assertThat(again.data().path("reissued").asBoolean()).isTrue();
    assertThat(again.data().path("tokensLost").asInt()).isEqualTo(30);
    EventView first = told(new CompactionStarted(4, 1, 1, false, 0));
    assertThat(first.data().path("reissued").asBoolean(true)).isFalse();
    assertThat(first.data().has("tokensLost")).isFalse();
  }
}
