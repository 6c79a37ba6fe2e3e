package io.llmcluster.node.embedded.child;

import io.llmcluster.node.embedded.child.Generator.Message;
import java.util.ArrayList;
import java.util.List;

/** The text that a model is given for a request. */
final class Prompts {
  /** What a template adds around a message, tokens, generously. */
  private static final int FRAME = 8;

  private static final String TOO_LONG =
      "the prompt is longer than the context length currently available to the model; shorten the"
          + " prompt, adjust the context length in settings, or use a model with a longer context"
          + " length";

  private Prompts() {}

  /**
   * @throws ApiError 400 if it is too long for the model and must not be cut
   */
  static String render(GenerationRequest request, Generator generator) throws ApiError {
    String prompt =
        request.raw()
            ? request.messages().get(0).content()
            : generator.text(request.context()) + generator.template(messages(request, generator));
    if (request.whole() && tokens(prompt, generator) >= generator.context()) {
      throw new ApiError(400, TOO_LONG);
    }
    return prompt;
  }

  private static List<Message> messages(GenerationRequest request, Generator generator) {
    return request.whole() ? request.messages() : recent(request.messages(), generator);
  }

  /** As Ollama: the oldest messages go until the rest fits; system ones and the last stay. */
  private static List<Message> recent(List<Message> messages, Generator generator) {
    int room = generator.context() * 3 / 4;
    List<Message> kept = new ArrayList<>();
    for (int i = messages.size() - 1; i >= 0; i--) {
      Message message = messages.get(i);
      boolean last = i == messages.size() - 1;
      if (room > 0 || last || message.role().equals("system")) {
        int cost = tokens(message.content(), generator) + FRAME;
        if (cost <= room || last || message.role().equals("system")) {
          kept.add(0, message);
        }
        room = message.role().equals("system") && !last ? room : room - cost;
      }
    }
    return kept;
  }

  /** Counted only where it matters: encoding a long text takes long. */
  private static int tokens(String text, Generator generator) {
    return text.length() > generator.context() * 12 ? text.length() / 4 : generator.count(text);
  }
}
