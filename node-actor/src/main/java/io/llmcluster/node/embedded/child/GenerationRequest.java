package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.node.embedded.child.Generator.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A generate or chat request, checked.
 *
 * @param model as the client wrote it, echoed in the answer
 * @param chat which of the two shapes the answer has
 * @param raw the prompt goes to the model as it is
 * @param messages what the model's template is filled with; one user message for generate
 * @param context tokens of an earlier answer and its prompt, which this one continues
 * @param whole nothing of the prompt may be cut: it is refused if it is too long
 * @param empty nothing to generate: load or unload only
 */
record GenerationRequest(
    String model,
    boolean chat,
    boolean stream,
    boolean raw,
    List<Message> messages,
    List<Integer> context,
    boolean whole,
    boolean empty,
    boolean unload,
    JsonNode format,
    JsonNode options) {

  static GenerationRequest read(ObjectNode body, boolean chat, ModelCard card) throws ApiError {
    String model = OllamaJson.text(body, "model");
    if (chat && model.isBlank()) {
      throw new ApiError(400, "model is required");
    }
    if (!card.is(model)) {
      throw new ApiError(404, "model '" + model + "' not found");
    }
    refuseWhatTheModelCannot(body, model, card);
    boolean raw = !chat && OllamaJson.flag(body, "raw", false);
    List<Message> messages = chat ? messages(body.path("messages")) : prompt(body, raw);
    return new GenerationRequest(
        model,
        chat,
        OllamaJson.flag(body, "stream", true),
        raw,
        messages,
        chat ? List.of() : context(body.path("context"), card),
        !(OllamaJson.flag(body, "truncate", true) && OllamaJson.flag(body, "shift", true)),
        messages.isEmpty(),
        zero(body.path("keep_alive")),
        body.path("format"),
        body.path("options"));
  }

  private static void refuseWhatTheModelCannot(ObjectNode body, String model, ModelCard card)
      throws ApiError {
    JsonNode think = body.path("think");
    if (think.isTextual() ? !think.textValue().matches("|false") : think.asBoolean(false)) {
      throw new ApiError(400, "\"" + model + "\" does not support thinking");
    }
    if (!body.path("tools").isEmpty()) {
      throw new ApiError(400, card.fullName() + " does not support tools");
    }
    if (!OllamaJson.text(body, "suffix").isEmpty()) {
      throw new ApiError(400, card.fullName() + " does not support insert");
    }
    if (!body.path("images").isEmpty()) {
      throw noImages();
    }
    if (OllamaJson.flag(body, "logprobs", false)) {
      throw new ApiError(400, card.fullName() + " does not support logprobs");
    }
  }

  private static ApiError noImages() {
    return new ApiError(
        400, "this model is missing data required for image input"); // as for a text model
  }

  private static List<Message> prompt(ObjectNode body, boolean raw) throws ApiError {
    List<Message> messages = new ArrayList<>();
    String prompt = OllamaJson.text(body, "prompt");
    String system = OllamaJson.text(body, "system");
    boolean templated = !OllamaJson.text(body, "template").isEmpty();
    if (raw && (templated || !system.isEmpty() || !body.path("context").isEmpty())) {
      throw new ApiError(400, "raw mode does not support template, system, or context");
    }
    if (templated) {
      throw new ApiError(400, "this model's template cannot be replaced");
    }
    if (!prompt.isEmpty()) {
      if (!system.isEmpty()) {
        messages.add(new Message("system", system));
      }
      messages.add(new Message("user", prompt));
    }
    return messages;
  }

  /** Its last tokens, if there are more than the model can be given. */
  private static List<Integer> context(JsonNode given, ModelCard card) throws ApiError {
    List<Integer> tokens = new ArrayList<>();
    for (int i = Math.max(0, given.size() - card.context()); i < given.size(); i++) {
      JsonNode token = given.path(i);
      int id = token.isInt() ? token.intValue() : -1;
      if (id < 0 || id >= card.facts().vocabulary()) {
        throw new ApiError(
            400, "context: holds what is no token of this model (expected: one that it answered)");
      }
      tokens.add(id);
    }
    return tokens;
  }

  private static List<Message> messages(JsonNode list) throws ApiError {
    if (!list.isMissingNode() && !list.isArray()) {
      throw OllamaJson.wrongType(list, "ChatRequest.messages", "[]api.Message");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : list) {
      if (!message.isObject()) {
        throw OllamaJson.wrongType(message, "ChatRequest.messages", "api.Message");
      }
      if (!message.path("images").isEmpty()) {
        throw noImages();
      }
      String role = OllamaJson.text(message, "role").toLowerCase(Locale.ROOT);
      messages.add(new Message(role, OllamaJson.text(message, "content")));
    }
    return messages;
  }

  private static boolean zero(JsonNode keepAlive) {
    return keepAlive.isNumber()
        ? keepAlive.doubleValue() == 0
        : keepAlive.isTextual() && keepAlive.textValue().matches("0+(ns|us|ms|s|m|h)?");
  }
}
