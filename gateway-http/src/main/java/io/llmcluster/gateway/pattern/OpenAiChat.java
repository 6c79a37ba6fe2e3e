package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.ChatPiece.Answer;
import io.llmcluster.gateway.server.JsonBody;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Chunks as OpenAI's {@code /v1/chat/completions} writes them (contract, section 9). */
final class OpenAiChat implements ChatWire {

  private static final ByteString DONE = ByteString.fromString("data: [DONE]\n\n");

  private final String id;
  private final String model;
  private final long created;
  private final boolean usage;
  private boolean begun;

  /**
   * @param id of the workflow
   * @param model as the client wrote it
   * @param created seconds since 1970
   * @param usage whether a stream ends with what it cost
   */
  OpenAiChat(String id, String model, long created, boolean usage) {
    this.id = "chatcmpl-" + id;
    this.model = model;
    this.created = created;
    this.usage = usage;
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public ByteString progress(String text) {
    return chunk(delta().put("reasoning", text), null);
  }

  @Override
  public ByteString text(String text) {
    return chunk(delta().put("content", text), null);
  }

  @Override
  public ByteString end(Answer answer) {
    ByteString end = chunk(JsonBody.JSON.createObjectNode(), "stop");
    if (!answer.rest().isEmpty() || !begun) {
      end = text(answer.rest()).concat(end);
    }
    if (usage) {
      ObjectNode last = head("chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(answer));
      end = end.concat(event(last));
    }
    return end.concat(DONE);
  }

  @Override
  public JsonNode whole(String thinking, Answer answer) {
    ObjectNode whole = head("chat.completion");
    ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
    ObjectNode message =
        choice.putObject("message").put("role", "assistant").put("content", answer.text());
    if (!thinking.isEmpty()) {
      message.put("reasoning", thinking);
    }
    choice.put("finish_reason", "stop");
    whole.set("usage", usage(answer));
    return whole;
  }

  /** The first one bears the role. */
  private ObjectNode delta() {
    ObjectNode delta = JsonBody.JSON.createObjectNode();
    if (!begun) {
      begun = true;
      delta.put("role", "assistant");
    }
    return delta;
  }

  private ByteString chunk(ObjectNode delta, @Nullable String finishReason) {
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", finishReason);
    return event(chunk);
  }

  private ObjectNode head(String object) {
    return JsonBody.JSON
        .createObjectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model)
        .put("system_fingerprint", "fp_ollama");
  }

  private static ObjectNode usage(Answer answer) {
    return JsonBody.JSON
        .createObjectNode()
        .put("prompt_tokens", answer.promptTokens())
        .put("completion_tokens", answer.completionTokens())
        .put("total_tokens", answer.promptTokens() + answer.completionTokens());
  }

  private static ByteString event(ObjectNode json) {
    return ByteString.fromString("data: ")
        .concat(JsonBody.bytes(json))
        .concat(ByteString.fromString("\n\n"));
  }
}
