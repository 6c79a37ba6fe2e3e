package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The lines and lists that the stand-in writes, as Ollama and OpenAI-compatible servers do. */
final class StandInLines {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DIGEST = "a".repeat(64);

  private StandInLines() {}

  static boolean isLast(ByteString line) {
    String text = line.utf8String();
    return text.contains("\"done\":true") || text.contains("data: [DONE]");
  }

  /** One of the pieces, of about the same length, into which a text is divided; from 0. */
  static String part(String text, int number, int of) {
    return text.substring(text.length() * number / of, text.length() * (number + 1) / of);
  }

  /** A {@code reason} of null means "not the last". */
  static String streamed(String path, String model, String text, @Nullable String reason) {
    if (path.startsWith("/v1")) {
      String finish = reason == null ? "null" : "\"" + reason + "\"";
      String delta =
          path.endsWith("chat/completions")
              ? "\"delta\":" + (reason == null ? "{\"content\":\"" + text + "\"}" : "{}")
              : "\"text\":\"" + text + "\"";
      String event =
          "data: {\"id\":\"x-1\",\"object\":\"chunk\",\"model\":\""
              + model
              + "\",\"choices\":[{\"index\":0,"
              + delta
              + ",\"finish_reason\":"
              + finish
              + "}]}\n\n";
      return reason == null ? event : event + "data: [DONE]\n\n";
    }
    return line(path, model, text, reason) + "\n";
  }

  /** A {@code reason} of null means "not the last". */
  static String line(String path, String model, String text, @Nullable String reason) {
    ObjectNode line =
        JSON.createObjectNode().put("model", model).put("created_at", Instant.now().toString());
    if (path.equals("/api/chat")) {
      line.putObject("message").put("role", "assistant").put("content", text);
    } else {
      line.put("response", text);
    }
    line.put("done", reason != null);
    if (reason != null) {
      line.put("done_reason", reason);
      if (reason.equals("stop")) {
        line.put("total_duration", 5_000_000).put("load_duration", 1_000);
        line.put("prompt_eval_count", 3).put("prompt_eval_duration", 1_000_000);
        line.put("eval_count", 5).put("eval_duration", 2_000_000);
        if (path.equals("/api/generate")) {
          line.putArray("context").add(1).add(2);
        }
      }
    }
    return line.toString();
  }

  /** An answer that is no stream. */
  static String whole(String path, String model, String text) {
    if (path.startsWith("/v1")) {
      String choice =
          path.endsWith("chat/completions")
              ? "\"message\":{\"role\":\"assistant\",\"content\":\"" + text + "\"}"
              : "\"text\":\"" + text + "\"";
      return "{\"id\":\"x-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\""
          + model
          + "\",\"choices\":[{\"index\":0,"
          + choice
          + ",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}";
    }
    return line(path, model, text, "stop");
  }

  static String v1Models(Collection<String> models) {
    ObjectNode answer = JSON.createObjectNode().put("object", "list");
    var data = answer.putArray("data");
    models.forEach(model -> data.addObject().put("id", model).put("object", "model"));
    return answer.toString();
  }

  static String tags(Collection<String> models) {
    ObjectNode answer = JSON.createObjectNode();
    var list = answer.putArray("models");
    for (String model : models) {
      ObjectNode entry =
          list.addObject()
              .put("name", model)
              .put("model", model)
              .put("modified_at", "2026-01-02T03:04:05Z")
              .put("size", 7)
              .put("digest", DIGEST);
      entry.putObject("details").put("format", "gguf").put("family", "llama");
    }
    return answer.toString();
  }

  static String ps(Collection<String> loaded) {
    ObjectNode answer = JSON.createObjectNode();
    var list = answer.putArray("models");
    for (String model : loaded) {
      list.addObject()
          .put("name", model)
          .put("model", model)
          .put("size", 7)
          .put("digest", DIGEST)
          .put("expires_at", "2318-01-02T03:04:05Z")
          .put("size_vram", 7)
          .put("context_length", 4096);
    }
    return answer.toString();
  }

  /** The progress of a pull. */
  static String pulled(boolean missing) {
    return missing
        ? """
          {"status":"pulling manifest"}
          {"error":"pull model manifest: file does not exist"}
          """
        : """
          {"status":"pulling manifest"}
          {"status":"pulling aaaaaaaaaaaa","digest":"sha256:%s","total":7,"completed":7}
          {"status":"success"}
          """
            .formatted(DIGEST);
  }
}
