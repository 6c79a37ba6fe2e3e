package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.ChatPiece.Answer;
import io.llmcluster.gateway.server.JsonBody;
import java.time.Instant;
import org.apache.pekko.util.ByteString;

/** Lines as Ollama's {@code /api/chat} writes them (contract, section 4). */
final class NativeChat implements ChatWire {

  private static final long NANOS = 1_000_000;

  private final String model;

  /**
   * @param model as the client wrote it
   */
  NativeChat(String model) {
    this.model = model;
  }

  @Override
  public String streamType() {
    return "application/x-ndjson";
  }

  @Override
  public ByteString progress(String text) {
    return line(message("", text).put("done", false));
  }

  @Override
  public ByteString text(String text) {
    return line(message(text, "").put("done", false));
  }

  @Override
  public ByteString end(Answer answer) {
    ByteString end = line(counted(message("", ""), answer));
    return answer.rest().isEmpty() ? end : text(answer.rest()).concat(end);
  }

  @Override
  public JsonNode whole(String thinking, Answer answer) {
    return counted(message(answer.text(), thinking), answer);
  }

  private ObjectNode message(String content, String thinking) {
    ObjectNode line = JsonBody.JSON.createObjectNode();
    line.put("model", model).put("created_at", Instant.now().toString());
    ObjectNode message = line.putObject("message").put("role", "assistant").put("content", content);
    if (!thinking.isEmpty()) {
      message.put("thinking", thinking);
    }
    return line;
  }

  private static ObjectNode counted(ObjectNode line, Answer answer) {
    return line.put("done", true)
        .put("done_reason", "stop")
        .put("total_duration", answer.totalMillis() * NANOS)
        .put("prompt_eval_count", answer.promptTokens())
        .put("eval_count", answer.completionTokens())
        .put("eval_duration", answer.modelMillis() * NANOS);
  }

  private static ByteString line(ObjectNode json) {
    return JsonBody.bytes(json).concat(ByteString.fromString("\n"));
  }
}
