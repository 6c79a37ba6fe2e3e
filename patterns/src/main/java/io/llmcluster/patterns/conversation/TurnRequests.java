package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.call.StepCall;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import io.llmcluster.patterns.conversation.ConversationState.Waiting;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.prompt.ChatMessage;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.request.WireSize;
import io.llmcluster.patterns.workflow.TokenGuess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What models and patterns are told for a turn. */
final class TurnRequests {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TurnRequests() {}

  /** The key of a call, which is the request's id in logs: {@code CONVERSATION/STEP/ATTEMPT}. */
  static String key(String conversation, Work work) {
    return conversation + "/" + work.step() + "/" + work.attempt();
  }

  static StepCall answering(String key, Open open, Turn turn, ConversationSettings settings) {
    Speaker speaker = Speaker.of(open.definition(), turn.message());
    return new StepCall(
        key,
        turn.model(),
        messages(open, speaker.system(), settings.room(open.definition())),
        options(speaker.options()),
        null,
        settings.turnTimeout(),
        speaker.nodes());
  }

  /** How many tokens a turn's prompt has, when nobody has counted them. */
  static long promptTokens(Open open, Turn turn, ConversationSettings settings) {
    String system = Speaker.of(open.definition(), turn.message()).system();
    return tokens(messages(open, system, settings.room(open.definition())));
  }

  /** The same of a summary's prompt. */
  static long summaryTokens(Open open, int through) {
    return tokens(Summaries.prompt(open, through));
  }

  private static long tokens(List<ChatMessage> prompt) {
    return prompt.stream().mapToLong(message -> message.content().length()).sum()
        / TokenGuess.CHARACTERS_PER_TOKEN;
  }

  static StepCall summarizing(String key, Open open, int through, String model, Duration deadline) {
    Map<String, Object> options = options(open.definition().options());
    options.put("temperature", 0);
    options.put("num_predict", Summaries.tokens(open.definition().window()));
    return new StepCall(
        key,
        model,
        Summaries.prompt(open, through),
        options,
        null,
        deadline,
        open.definition().nodes());
  }

  /**
   * The request of a pattern that answers: what the conversation holds, as its messages.
   *
   * @throws IllegalStateException if it does not fit into one message between members, which a
   *     message is refused for; but it may have been taken under other settings
   */
  static ObjectNode child(Open open, Turn turn, ConversationSettings settings) {
    Waiting message = turn.message();
    ObjectNode request = message.patternOptions().deepCopy();
    Memory.Room room =
        settings.room(open.definition(), message.pattern(), message.patternOptions());
    request.set("messages", JSON.valueToTree(messages(open, open.definition().system(), room)));
    long bytes = WireSize.of(request);
    if (bytes > settings.mostBytes()) {
      throw new IllegalStateException(
          "its request has " + bytes + " bytes (expected: at most " + settings.mostBytes() + ")");
    }
    return request;
  }

  private static List<ChatMessage> messages(Open open, String system, Memory.Room room) {
    Memory.Window window = open.memory().window(room);
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.set("messages", JSON.valueToTree(window.messages()));
    Prompt prompt = Prompt.of("conversation/turn");
    String summary = window.summary();
    prompt = system.isEmpty() ? prompt : prompt.value("system", system);
    prompt = summary.isEmpty() ? prompt : prompt.value("summary", summary);
    return Prompts.render(prompt, Run.of(request));
  }

  private static Map<String, Object> options(ObjectNode options) {
    return new HashMap<>(JSON.convertValue(options, new TypeReference<Map<String, Object>>() {}));
  }
}
