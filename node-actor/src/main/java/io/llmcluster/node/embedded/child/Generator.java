package io.llmcluster.node.embedded.child;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What the child's HTTP server needs of a model; implementations are safe for several threads. */
public interface Generator {
  /** One message of a chat. */
  record Message(String role, String content) {}

  /**
   * Sampling, in Ollama's terms; all numbers are finite.
   *
   * @param numPredict most tokens to generate; zero or negative: as many as the context holds
   * @param seed negative: a fresh one each time
   * @param grammar GBNF that the text must follow; empty: none
   * @param wholePrompt the prompt is not cut so that an answer has room; it must be shorter than
   *     the context
   */
  record Options(
      int numPredict,
      float temperature,
      int topK,
      float topP,
      float minP,
      int seed,
      float repeatPenalty,
      float presencePenalty,
      float frequencyPenalty,
      List<String> stop,
      String grammar,
      boolean wholePrompt) {}

  /**
   * What a run cost.
   *
   * @param promptTokens tokens read
   * @param evalTokens tokens generated
   * @param promptNanos until the first piece, nanoseconds
   * @param evalNanos from then to the end, nanoseconds
   * @param reason {@code stop} or {@code length}
   * @param context the tokens of the prompt, as far as it was read, and of the text
   */
  record Result(
      int promptTokens,
      int evalTokens,
      long promptNanos,
      long evalNanos,
      String reason,
      List<Integer> context) {}

  /** Tokens that one request can use, its prompt included. */
  int context();

  /** Tokens of {@code text}; its time grows faster than its length, so keep that bounded. */
  int count(String text);

  /**
   * The text of tokens.
   *
   * @param tokens each within the model's vocabulary: any other may end the process
   */
  String text(List<Integer> tokens);

  /** The prompt text that the model's own template makes of {@code messages}. */
  String template(List<Message> messages);

  /**
   * A grammar for texts that follow a schema which {@link SchemaCheck} has let through.
   *
   * @param schema JSON Schema
   */
  String grammar(String schema);

  /**
   * Generates until the end, a stop string, the limit, or until {@code cancelled} holds between two
   * tokens; pieces (whole characters) go to {@code out} on the calling thread. A prompt that leaves
   * no room for an answer loses its beginning, unless it is to stay whole.
   */
  Result generate(String prompt, Options options, BooleanSupplier cancelled, Consumer<String> out);
}
