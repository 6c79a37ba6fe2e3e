package io.llmcluster.patterns.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;

/** Gathers the lines of one streamed {@code /api/chat} answer. */
final class ChatStream {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringBuilder text = new StringBuilder();
  private final int mostCharacters;
  private final Consumer<String> onPiece;
  private long promptTokens;
  private long completionTokens;
  private long pieces;
  private String doneReason = "";
  private String error = "";

  /**
   * @param mostCharacters where an endless answer is cut
   * @param onPiece hears each piece of text
   */
  ChatStream(int mostCharacters, Consumer<String> onPiece) {
    this.mostCharacters = mostCharacters;
    this.onPiece = onPiece;
  }

  /** Takes whole lines; false when no more are wanted. */
  boolean take(ByteString lines) {
    for (String line : lines.utf8String().split("\n")) {
      if (!line.isBlank() && !takeLine(line)) {
        return false;
      }
    }
    return true;
  }

  private boolean takeLine(String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (IOException notJson) {
      error = "the backend sent a line that is not JSON";
      return false;
    }
    if (json.has("error")) {
      error = json.path("error").asText("the backend failed");
      return false;
    }
    String piece = json.path("message").path("content").asText();
    if (!piece.isEmpty()) {
      pieces++;
      text.append(piece);
      onPiece.accept(piece);
    }
    if (json.path("done").asBoolean()) {
      doneReason = json.path("done_reason").asText("stop");
      promptTokens = json.path("prompt_eval_count").asLong();
      completionTokens = json.path("eval_count").asLong(pieces);
      return false;
    }
    if (text.length() >= mostCharacters) {
      doneReason = "length";
      completionTokens = pieces;
      return false;
    }
    return true;
  }

  boolean isDone() {
    return !doneReason.isEmpty();
  }

  /**
   * @param millis that it took
   */
  CallResult result(String node, long millis) {
    if (!error.isEmpty()) {
      return failed(error);
    }
    return isDone()
        ? new CallResult.Answered(
            text.toString(), promptTokens, completionTokens, millis, doneReason, node)
        : failed("the answer of node " + node + " broke off");
  }

  /** The call has failed, with what was written until then. */
  CallResult failed(String reason) {
    return new CallResult.Failed(reason, true, pieces);
  }
}
