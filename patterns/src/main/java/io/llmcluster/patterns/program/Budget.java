package io.llmcluster.patterns.program;

/**
 * What a run may cost. It ends, with what it has, when it would need more.
 *
 * @param modelCalls calls of models, at least 1
 * @param tokens prompt and answer together, at least 1
 * @param seconds of running, at least 1; waiting for a node counts, waiting for input or for
 *     somebody outside and being paused do not
 */
public record Budget(int modelCalls, long tokens, long seconds) {

  /** Both together, at most what a number can hold. */
  public Budget plus(Budget more) {
    return new Budget(
        (int) Math.min(Integer.MAX_VALUE, (long) modelCalls + more.modelCalls),
        sum(tokens, more.tokens),
        sum(seconds, more.seconds));
  }

  private static long sum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }
}
