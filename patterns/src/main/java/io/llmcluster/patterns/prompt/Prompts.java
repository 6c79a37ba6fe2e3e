package io.llmcluster.patterns.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.structured.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills a step's template with what the run has recorded. */
public final class Prompts {

  private Prompts() {}

  /**
   * The messages for a model; {@code question} is known to every template.
   *
   * @throws IllegalStateException if the run has nothing at a place that the prompt names, or no
   *     step that it follows
   */
  public static List<ChatMessage> render(Prompt prompt, Run run) {
    Map<String, Object> context = new HashMap<>(prompt.values());
    context.put("question", CommonRequest.question(run.request()));
    prompt.outputs().forEach((name, step) -> context.put(name, run.output(step).orElse("")));
    prompt.lists().forEach((name, items) -> context.put(name, items(items, run)));
    prompt.places().forEach((name, place) -> context.put(name, Places.text(place, run)));
    List<ChatMessage> messages = new ArrayList<>();
    for (PromptTemplates.Part part : PromptTemplates.named(prompt.template()).parts()) {
      if (part.role().equals(PromptTemplates.CONVERSATION)) {
        messages.addAll(conversation(run));
      } else if (part.role().equals(Prompt.ASKED)) {
        messages.addAll(asked(prompt, run));
      } else {
        String text = part.text().execute(context).strip();
        if (!text.isEmpty()) {
          messages.add(new ChatMessage(part.role(), text));
        }
      }
    }
    return messages;
  }

  /** Payloads of earlier versions do not say whom they follow; they were told the conversation. */
  private static List<ChatMessage> asked(Prompt prompt, Run run) {
    String step = prompt.outputs().get(Prompt.ASKED);
    if (step == null) {
      return conversation(run);
    }
    Prompt before =
        run.step(step)
            .map(record -> record.spec().prompt())
            .orElseThrow(() -> new IllegalStateException("no step '" + step + "' to follow"));
    return render(before, run);
  }

  private static List<ChatMessage> conversation(Run run) {
    JsonNode messages = run.request().path("messages");
    if (messages.isEmpty()) {
      return List.of(new ChatMessage("user", CommonRequest.question(run.request())));
    }
    List<ChatMessage> all = new ArrayList<>();
    messages.forEach(
        message ->
            all.add(
                new ChatMessage(message.path("role").asText(), message.path("content").asText())));
    return all;
  }

  private static List<Map<String, String>> items(List<Prompt.Item> items, Run run) {
    return items.stream()
        .map(item -> Map.of("label", item.label(), "text", text(item, run)))
        .toList();
  }

  private static String text(Prompt.Item item, Run run) {
    String output = run.output(item.step()).orElse("");
    String pointer = item.pointer();
    return pointer == null
        ? output
        : JsonText.find(output).map(json -> JsonText.plain(json.at(pointer))).orElse(output);
  }
}
