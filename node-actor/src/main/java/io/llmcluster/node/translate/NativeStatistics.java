package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The statistics of a native answer's last line, out of {@code usage}, llama.cpp's {@code timings}
 * where there are any, and the clock.
 */
final class NativeStatistics {

  private NativeStatistics() {}

  /**
   * @param v1 the object that holds {@code usage} and perhaps {@code timings}
   * @param firstNanos from the request to the first piece of text
   * @param totalNanos from the request to the end
   */
  static void put(ObjectNode line, JsonNode v1, long firstNanos, long totalNanos) {
    JsonNode usage = v1.path("usage");
    JsonNode timings = v1.path("timings");
    long prompt = nanos(timings, "prompt_ms", firstNanos);
    long generation = nanos(timings, "predicted_ms", totalNanos - firstNanos);
    Fields.putCount(line, "total_duration", totalNanos);
    // There is no load: such a server has its model in memory, or loads it unseen.
    line.put("load_duration", 1);
    long promptTokens = count(usage, "prompt_tokens", timings, "prompt_n");
    Fields.putCount(line, "prompt_eval_count", promptTokens);
    Fields.putCount(line, "prompt_eval_duration", promptTokens > 0 ? prompt : 0);
    long tokens = count(usage, "completion_tokens", timings, "predicted_n");
    Fields.putCount(line, "eval_count", tokens);
    Fields.putCount(line, "eval_duration", tokens > 0 ? Math.max(1, generation) : 0);
  }

  private static long nanos(JsonNode timings, String key, long otherwise) {
    return timings.path(key).isNumber()
        ? (long) (timings.path(key).asDouble() * 1_000_000)
        : otherwise;
  }

  private static long count(JsonNode usage, String key, JsonNode timings, String timingsKey) {
    return usage.path(key).asLong(timings.path(timingsKey).asLong());
  }
}
