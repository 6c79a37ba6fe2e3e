package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How the answers to one native request look.
 *
 * @param chat {@code /api/chat}, not {@code /api/generate}
 * @param raw {@code /api/generate} with {@code raw}: its answer has no context
 * @param model as the client wrote it
 */
public record Shape(boolean chat, boolean raw, String model) {

  ObjectNode line(String createdAt, String text, String thinking) {
    ObjectNode line = Json.object().put("model", model).put("created_at", createdAt);
    ObjectNode holder = line;
    if (chat) {
      holder = line.putObject("message").put("role", "assistant").put("content", text);
    } else {
      line.put("response", text);
    }
    if (!thinking.isEmpty()) {
      holder.put("thinking", thinking);
    }
    return line;
  }

  /** The answer to an empty prompt, which only loads or unloads the model. */
  public ObjectNode loaded(String createdAt, boolean unload) {
    return line(createdAt, "", "").put("done", true).put("done_reason", unload ? "unload" : "load");
  }
}
