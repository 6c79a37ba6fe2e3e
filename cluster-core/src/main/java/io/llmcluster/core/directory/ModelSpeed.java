package io.llmcluster.core.directory;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * How fast a node was with a model lately (exponentially weighted averages).
 *
 * @param firstTokenMillis from slot to first byte of streamed answers; 0: not measured
 * @param tokensPerSecond tokens written per second once the prompt was read: counted by the backend
 *     where its answers say so ({@code eval_count}, {@code usage}), else lines of streamed answers,
 *     one for about one token; 0: not measured
 * @param errorRate share of calls that failed through the node's fault, 0 to 1
 * @param calls how many calls the averages come from
 */
public record ModelSpeed(
    double firstTokenMillis, double tokensPerSecond, double errorRate, long calls) {

  /** To one digit, which is near enough to compare nodes by; the count to a power of two. */
  ModelSpeed rounded() {
    return new ModelSpeed(
        coarse(firstTokenMillis),
        coarse(tokensPerSecond),
        Math.round(errorRate * 10) / 10.0,
        Long.highestOneBit(calls));
  }

  private static double coarse(double value) {
    return value == 0 || !Double.isFinite(value)
        ? value
        : new BigDecimal(value).round(new MathContext(1)).doubleValue();
  }
}
