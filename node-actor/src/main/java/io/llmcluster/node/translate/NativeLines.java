package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;

/**
 * The events of a {@code /v1} stream as the lines of a native one. The last line, with the
 * statistics, is written at {@code [DONE]}: the token counts come behind the last piece of text.
 *
 * <p>Not thread-safe: one per answer.
 */
public final class NativeLines {

  private final Shape shape;
  private final Supplier<String> now;
  private final LongSupplier nanos;
  private final long start;
  private final ToolCallPieces calls = new ToolCallPieces();
  private final ObjectNode totals = Json.object();
  private String doneReason = "stop";
  private long first;
  private boolean answered;
  private boolean ended;

  /**
   * @param now the time, RFC 3339
   * @param nanos the clock for durations
   */
  public NativeLines(Shape shape, Supplier<String> now, LongSupplier nanos) {
    this.shape = shape;
    this.now = now;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /**
   * The lines of one event, {@code data:} lines and all; empty if it says nothing.
   *
   * @param event a whole event
   */
  public ByteString lines(String event) {
    String data = data(event);
    if (data.isEmpty() || ended) {
      return ByteString.emptyByteString();
    }
    try {
      return data.equals("[DONE]") ? last() : piece(Json.parse(data));
    } catch (Refusal senseless) {
      return error(senseless.reason());
    }
  }

  private static String data(String event) {
    StringBuilder data = new StringBuilder();
    event
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(line -> data.append(line.substring("data:".length()).strip()));
    return data.toString();
  }

  private ByteString piece(JsonNode chunk) {
    if (chunk instanceof MissingNode) {
      return error("the model server sent an event that is not JSON");
    }
    if (chunk.hasNonNull("error")) {
      return error(NativeAnswers.error(chunk, 500, shape.model()));
    }
    Fields.copy(chunk, totals, "usage", "timings");
    JsonNode choice = chunk.path("choices").path(0);
    answered |= choice.isObject();
    JsonNode delta = choice.path("delta");
    calls.add(delta.path("tool_calls"));
    if (Fields.has(choice, "finish_reason")) {
      doneReason = NativeAnswers.doneReason(choice);
    }
    String text = choice.has("text") ? Fields.text(choice, "text") : Fields.text(delta, "content");
    String thinking = NativeAnswers.thinking(delta);
    if (text.isEmpty() && thinking.isEmpty()) {
      return ByteString.emptyByteString();
    }
    if (first == 0) {
      first = Math.max(1, nanos.getAsLong() - start);
    }
    ObjectNode line = shape.line(now.get(), text, thinking).put("done", false);
    NativeAnswers.logprobs(choice, line);
    return Json.line(line);
  }

  private ByteString last() {
    if (!answered) {
      return error("the model server's answer has no choices");
    }
    ByteString before = ByteString.emptyByteString();
    if (shape.chat() && !calls.isEmpty()) {
      ObjectNode line = shape.line(now.get(), "", "").put("done", false);
      ((ObjectNode) line.get("message")).set("tool_calls", calls.toNative());
      before = Json.line(line);
    }
    ended = true;
    ObjectNode line = shape.line(now.get(), "", "");
    line.put("done", true).put("done_reason", doneReason);
    NativeAnswers.context(line, shape);
    NativeStatistics.put(line, totals, first, Math.max(1, nanos.getAsLong() - start));
    return before.concat(Json.line(line));
  }

  private ByteString error(String message) {
    ended = true;
    return Json.line(Json.object().put("error", message));
  }
}
