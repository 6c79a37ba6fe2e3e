package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.prompt.ChatMessage;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.workflow.TokenGuess;
import java.util.List;

/** How what is older becomes a summary of at most a quarter of the window. */
final class Summaries {

  private static final int WINDOW_PARTS = 4;

  private Summaries() {}

  static int tokens(int window) {
    return window / WINDOW_PARTS;
  }

  /** A model may not keep to the bound it is given. */
  static String cut(String summary, int window) {
    return shortened(summary.strip(), tokens(window) * TokenGuess.CHARACTERS_PER_TOKEN);
  }

  /** What the model is told; long messages are cut so that all together fit into two windows. */
  static List<ChatMessage> prompt(Open open, int through) {
    List<Memory.Kept> older = open.memory().upTo(through);
    int most =
        2
            * open.definition().window()
            * TokenGuess.CHARACTERS_PER_TOKEN
            / Math.max(1, older.size());
    StringBuilder text = new StringBuilder();
    for (Memory.Kept message : older) {
      text.append(message.role().equals("user") ? "User: " : "Assistant: ")
          .append(shortened(message.content(), most))
          .append("\n\n");
    }
    Prompt prompt =
        Prompt.of("conversation/summary")
            .value("words", String.valueOf(tokens(open.definition().window()) / 2))
            .value("messages", text.toString().strip());
    String summary = open.memory().summary();
    return Prompts.render(
        summary.isEmpty() ? prompt : prompt.value("summary", summary),
        Run.of(JsonNodeFactory.instance.objectNode()));
  }

  private static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end);
  }
}
