package io.llmcluster.patterns.program;

import io.llmcluster.core.inference.NodeConstraint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step that is to be done: one model's answer to one prompt.
 *
 * @param id unique in its run and the same after every crash, for example {@code round1/debater2};
 *     letters, digits and {@code - _ . /}
 * @param kind what it is for, for example {@code candidate}, {@code judge}, {@code task}
 * @param lane whose voice it is, for pages that show one column for each; for example the debater
 * @param model name of the model; empty for an external step
 * @param prompt what it is told
 * @param options Ollama's {@code options} for this call
 * @param schema resource below {@code schemas/} that its output must match; null: free text
 * @param retries further attempts after a failed one, at least 0
 * @param deadlineSeconds longest time of one attempt, from the moment that a node has it
 * @param nodes where it may run
 * @param external whether somebody outside does it and reports, instead of a model
 */
public record StepSpec(
    String id,
    String kind,
    String lane,
    String model,
    Prompt prompt,
    Map<String, Object> options,
    @Nullable String schema,
    int retries,
    int deadlineSeconds,
    NodeConstraint nodes,
    boolean external) {

  /** Retries of a step that says nothing else. */
  public static final int RETRIES = 2;

  /** Deadline of a step that says nothing else, seconds. */
  public static final int DEADLINE_SECONDS = 600;

  /** Tokens that an output that must match a schema may have at least. */
  public static final long STRUCTURED_TOKENS = 512;

  public StepSpec {
    options = Map.copyOf(options);
  }

  /** A step with the usual retries and deadline, anywhere. */
  public static StepSpec of(
      String id,
      String kind,
      String lane,
      String model,
      Prompt prompt,
      Map<String, Object> options) {
    return new StepSpec(
        id,
        kind,
        lane,
        model,
        prompt,
        options,
        null,
        RETRIES,
        DEADLINE_SECONDS,
        NodeConstraint.ANY,
        false);
  }

  /** The same with an output that must match a schema, and room for it. */
  public StepSpec matching(String schemaName) {
    return matching(schemaName, STRUCTURED_TOKENS);
  }

  /**
   * The same with an output that must match a schema. What a request allows an answer is meant for
   * what people read; JSON that ends in its middle is of no use to anybody.
   *
   * @param leastTokens that the output may have, however few the request allows; a limit that is
   *     not positive is none, and stays
   */
  public StepSpec matching(String schemaName, long leastTokens) {
    Map<String, Object> roomy = new HashMap<>(options);
    roomy.computeIfPresent(
        "num_predict",
        (name, limit) ->
            limit instanceof Long tokens && tokens > 0 ? Math.max(tokens, leastTokens) : limit);
    return new StepSpec(
        id,
        kind,
        lane,
        model,
        prompt,
        roomy,
        schemaName,
        retries,
        deadlineSeconds,
        nodes,
        external);
  }

  /** The same on nodes of a certain kind. */
  public StepSpec on(NodeConstraint constraint) {
    return new StepSpec(
        id,
        kind,
        lane,
        model,
        prompt,
        options,
        schema,
        retries,
        deadlineSeconds,
        constraint,
        external);
  }

  /** The same that is told in other words, or by other references. */
  public StepSpec telling(Prompt other) {
    return new StepSpec(
        id, kind, lane, model, other, options, schema, retries, deadlineSeconds, nodes, external);
  }

  /** The same with another number of retries. */
  public StepSpec retrying(int times) {
    return new StepSpec(
        id, kind, lane, model, prompt, options, schema, times, deadlineSeconds, nodes, external);
  }

  /** The same, done by somebody outside. */
  public StepSpec outside() {
    return new StepSpec(
        id, kind, lane, "", prompt, options, schema, retries, deadlineSeconds, nodes, true);
  }
}
