package io.llmcluster.core.directory;

/**
 * How fast a node was with a model lately (exponentially weighted averages).
 *
 * @param firstTokenMillis from slot to first byte of streamed answers; 0: not measured
 * @param tokensPerSecond of streamed answers; 0: not measured
 * @param errorRate share of calls that failed through the node's fault, 0 to 1
 * @param calls how many calls the averages come from
 */
public record ModelSpeed(
    double firstTokenMillis, double tokensPerSecond, double errorRate, long calls) {

  public static final ModelSpeed NONE = new ModelSpeed(0, 0, 0, 0);
}
