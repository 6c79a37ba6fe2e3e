package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.serialization.MessageSettings;
import io.llmcluster.core.testkit.Script;
import io.llmcluster.patterns.conversation.ConversationReply.Why;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import io.llmcluster.patterns.conversation.ConversationState.Waiting;
import io.llmcluster.patterns.conversation.Memory.Kept;
import io.llmcluster.patterns.request.WireSize;
import io.llmcluster.patterns.workflow.TokenGuess;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The request of a pattern's turn goes to another member in one message, whatever it is made of.
 */
class PatternTurnTest {

  private static final Config CONFIG =
      ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load());
  private static final ActorTestKit KIT = ActorTestKit.create("turns", CONFIG);
  private static final ConversationSettings SETTINGS = ConversationSettings.create(CONFIG);

  /** {@code patterns.maxRequestBytes}: a body, and so each text in it. */
  private static final int LARGEST = 512 * 1024;

  /** Bytes of a text from which one can tell how many bytes a character has. */
  private static final int SAMPLE = 12_000;

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  private static Open open(String system, Memory memory) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    ConversationDefinition definition =
        new ConversationDefinition(
            "hash",
            "me",
            "",
            "",
            system,
            "m",
            false,
            none,
            NodeConstraint.ANY,
            "ensemble",
            none,
            OnBusy.ENQUEUE,
            ConversationSettings.LARGEST_WINDOW,
            1,
            List.of());
    return new Open(definition, memory, List.of(), null, null, Map.of(), 0, false);
  }

  private static ObjectNode request(Open open, String content) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.putArray("models").add("m");
    Waiting message = new Waiting(1, "m1", content, "ensemble", options, null);
    return TurnRequests.child(
        open.with(open.memory().add(new Kept("user", content))),
        new Turn(message, 1, "", "wf-1", 1, 0),
        SETTINGS);
  }

  private static void assertFits(ObjectNode request) {
    TestProbe<WorkflowReply> client = KIT.createTestProbe(WorkflowReply.class);
    Object message = new WorkflowCommand.Submit("ensemble", request, "wf-1", "me", client.getRef());
    assertThat(SerializationExtension.get(KIT.system()).serialize(message).get().length)
        .isLessThan(CONFIG.getBytes(MessageSettings.FRAME).intValue());
  }

  /** A full memory: a summary of a quarter of the window, and a window of answers beside it. */
  private static Memory full(Script script) {
    int characters = ConversationSettings.LARGEST_WINDOW * TokenGuess.CHARACTERS_PER_TOKEN;
    int shown = characters * (SAMPLE / script.text(SAMPLE).length());
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 20; i++) {
      memory = memory.add(new Kept(i % 2 == 0 ? "user" : "assistant", script.text(shown / 20)));
    }
    return memory.add(new Kept("user", "x")).summarized(1, script.text(shown / 4));
  }

  @ParameterizedTest
  @EnumSource
  void all_that_the_limits_allow_fits_and_nothing_is_cut(Script script) {
    Open open = open(script.text(LARGEST), full(script));
    for (int size : new int[] {4, LARGEST / 8, LARGEST}) {
      String newest = script.text(size);
      ObjectNode request = request(open, newest);
      assertFits(request);
      String system = request.at("/messages/0/content").asText();
      assertThat(system)
          .startsWith(open.definition().system().strip().substring(0, 1000))
          .endsWith(open.memory().summary().strip().substring(1000));
      int last = request.path("messages").size() - 1;
      assertThat(request.path("messages").get(last).path("content").asText()).isEqualTo(newest);
      assertThat(last).isGreaterThan(size == LARGEST ? 0 : 3);
    }
  }

  /** A prompt of an agent, which the configuration bounds alone. */
  @ParameterizedTest
  @EnumSource
  void where_there_is_less_room_the_window_is_shorter_and_then_the_summary(Script script) {
    String newest = script.text(LARGEST / 8);
    Memory memory = full(script);
    int all = request(open("", memory), newest).path("messages").size();
    int left = (int) (SETTINGS.mostBytes() - WireSize.of(newest) - WireSize.of(memory.summary()));
    int one = (int) memory.messages().get(2).bytes();
    ObjectNode shorter = request(open(script.text(left - 2 * one - 2000), memory), newest);
    assertFits(shorter);
    assertThat(shorter.path("messages").size()).isBetween(3, all - 1);
    assertThat(shorter.at("/messages/0/content").asText()).contains(memory.summary().strip());
    ObjectNode alone = request(open(script.text(left + 20_000), memory), newest);
    assertFits(alone);
    assertThat(alone.path("messages")).as("the prompt and the newest").hasSize(2);
    assertThat(alone.at("/messages/0/content").asText())
        .contains("What was said before", memory.summary().strip().substring(0, 1000))
        .doesNotContain(memory.summary().strip());
  }

  @Test
  void a_message_that_does_not_fit_even_alone_is_refused_for_a_pattern_and_taken_for_a_model() {
    Open open = open("x".repeat(2 * LARGEST), Memory.EMPTY);
    Posting refused = post(open, Script.CHINESE.text(LARGEST / 2), "ensemble");
    assertThat(refused.events()).isEmpty();
    ConversationReply.Refused reply = refused.refused().orElseThrow();
    assertThat(reply.why()).isEqualTo(Why.TOO_LARGE);
    assertThat(reply.reason())
        .startsWith("content: 262")
        .endsWith(" beside the system prompt and patternOptions, for a pattern)");
    assertThat(post(open, "short", "ensemble").refused()).isEmpty();
    assertThat(post(open, Script.CHINESE.text(LARGEST / 2), "none").refused()).isEmpty();
  }

  private static Posting post(Open open, String content, String pattern) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    return Posting.of(
        open, new Posting.Message("m1", "hash", content, pattern, none, null), SETTINGS, 5);
  }

  @Test
  void one_that_was_taken_under_other_settings_fails_with_its_size() {
    Open open = open("x".repeat(2 * LARGEST), Memory.EMPTY);
    assertThatThrownBy(() -> request(open, "y".repeat(LARGEST)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("its request has \\d+ bytes \\(expected: at most \\d+\\)");
  }
}
