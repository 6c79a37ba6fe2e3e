package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import org.apache.pekko.util.ByteString;

/**
 * The lines of a native stream as the events of a {@code /v1} stream. A native error line becomes
 * an error event, after which no {@code [DONE]} follows.
 *
 * <p>Not thread-safe: one per answer.
 */
public final class V1Chunks {

  private static final ByteString DONE = ByteString.fromString("data: [DONE]\n\n");

  private final boolean chat;
  private final String id;
  private final long created;
  private final boolean includeUsage;
  private boolean begun;
  private boolean calls;

  /**
   * @param chat whether this is {@code chat/completions}, not {@code completions}
   * @param created seconds since 1970
   * @param includeUsage whether the client asked for the token counts
   */
  public V1Chunks(boolean chat, String id, long created, boolean includeUsage) {
    this.chat = chat;
    this.id = id;
    this.created = created;
    this.includeUsage = includeUsage;
  }

  /** The events of one native line; may be several. */
  public ByteString events(JsonNode line) {
    if (line.has("error")) {
      ObjectNode error = Json.object();
      error
          .putObject("error")
          .put("message", Fields.text(line, "error"))
          .put("type", "api_error")
          .putNull("param")
          .putNull("code");
      return event(error);
    }
    ByteString events = chat ? chatDeltas(line) : textDelta(line);
    return line.path("done").asBoolean() ? events.concat(closing(line)) : events;
  }

  private ByteString chatDeltas(JsonNode line) {
    JsonNode message = line.path("message");
    ByteString events = ByteString.emptyByteString();
    if (!Fields.text(message, "thinking").isEmpty()) {
      ObjectNode delta = delta().put("content", "");
      delta.put("reasoning", Fields.text(message, "thinking"));
      events = events.concat(chunk(line, delta));
    }
    boolean content = !Fields.text(message, "content").isEmpty();
    boolean called = !message.path("tool_calls").isEmpty();
    if (content || called) {
      ObjectNode delta = delta().put("content", Fields.text(message, "content"));
      if (called) {
        calls = true;
        delta.set("tool_calls", V1Answers.toolCalls(message.path("tool_calls")));
      }
      events = events.concat(chunk(line, delta));
    }
    return events;
  }

  private ObjectNode delta() {
    ObjectNode delta = Json.object();
    if (!begun) {
      begun = true;
      delta.put("role", "assistant");
    }
    return delta;
  }

  private ByteString chunk(JsonNode line, ObjectNode delta) {
    ObjectNode chunk = V1Answers.head(line, id, "chat.completion.chunk", created);
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    V1Answers.logprobs(line, choice);
    choice.putNull("finish_reason");
    return event(chunk);
  }

  private ByteString textDelta(JsonNode line) {
    String text = Fields.text(line, "response");
    return text.isEmpty() ? ByteString.emptyByteString() : event(textChunk(line, text, null));
  }

  private ObjectNode textChunk(
      JsonNode line, String text, @org.jspecify.annotations.Nullable String finishReason) {
    ObjectNode chunk = V1Answers.head(line, id, "text_completion", created);
    chunk
        .putArray("choices")
        .addObject()
        .put("text", text)
        .put("index", 0)
        .put("finish_reason", finishReason);
    if (includeUsage) {
      chunk.set("usage", V1Answers.usage(Json.object()));
    }
    return chunk;
  }

  private ByteString closing(JsonNode line) {
    String reason = V1Answers.finishReason(line, calls);
    ByteString events;
    if (chat) {
      ByteString role =
          begun ? ByteString.emptyByteString() : chunk(line, delta().put("content", ""));
      ObjectNode finish = V1Answers.head(line, id, "chat.completion.chunk", created);
      ObjectNode choice = finish.putArray("choices").addObject().put("index", 0);
      choice.putObject("delta");
      choice.put("finish_reason", reason);
      events = role.concat(event(finish));
    } else {
      events = event(textChunk(line, "", reason));
    }
    if (includeUsage) {
      String object = chat ? "chat.completion.chunk" : "text_completion";
      ObjectNode usage = V1Answers.head(line, id, object, created);
      usage.putArray("choices");
      usage.set("usage", V1Answers.usage(line));
      events = events.concat(event(usage));
    }
    return events.concat(DONE);
  }

  private static ByteString event(ObjectNode json) {
    return ByteString.fromString("data: " + GoJson.text(json)).concat(END);
  }

  private static final ByteString END = ByteString.fromString("\n\n");
}
