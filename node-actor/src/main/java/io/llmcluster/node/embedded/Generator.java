package io.llmcluster.node.embedded;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What the child's HTTP server needs of a model; implementations are safe for several threads. */
public interface Generator {
  /** One message of a chat. */
  record Message(String role, String content) {}

  /**
   * Sampling, in Ollama's terms.
   *
   * @param numPredict most tokens to generate, negative: as many as the context holds
   * @param seed negative: a fresh one each time
   */
  record Options(
      int numPredict, float temperature, int topK, float topP, int seed, List<String> stop) {}

  /**
   * What a run cost.
   *
   * @param promptTokens tokens read
   * @param evalTokens pieces generated
   * @param promptNanos until the first piece, nanoseconds
   * @param evalNanos from then to the end, nanoseconds
   * @param reason {@code stop} or {@code length}
   */
  record Result(
      int promptTokens, int evalTokens, long promptNanos, long evalNanos, String reason) {}

  /** The prompt text that the model's own template makes of {@code messages}. */
  String template(List<Message> messages);

  /**
   * Generates until the end, a stop string, the limit, or until {@code cancelled} holds between two
   * tokens; pieces go to {@code out} on the calling thread.
   *
   * @throws IllegalArgumentException when the prompt does not fit the context
   */
  Result generate(String prompt, Options options, BooleanSupplier cancelled, Consumer<String> out);
}
