package io.llmcluster.core.placement;

import java.util.Comparator;
import java.util.List;

/**
 * Among the nodes with a free slot: first those that have the model loaded, then the least relative
 * load, where failures count as load. So a node that fails fast, and is therefore always idle,
 * attracts nothing.
 */
public final class LeastLoad implements Placement {

  /** More than any free node's relative load, so that a loaded model outweighs an idle machine. */
  private static final double NOT_LOADED = 1.0;

  /**
   * A node that fails every call weighs more than three full ones, and more than one that still has
   * to load.
   */
  private static final double ALWAYS_FAILS = 3.0;

  @Override
  public List<Candidate> rank(List<Candidate> candidates, long salt) {
    return candidates.stream()
        .filter(Candidate::free)
        .sorted(
            Comparator.comparingDouble(LeastLoad::cost)
                .thenComparingInt(candidate -> mix(candidate.node(), salt)))
        .toList();
  }

  /** Relative load plus penalties; lower is better. */
  static double cost(Candidate candidate) {
    double load = (double) candidate.inUse() / candidate.load().capacity();
    return load
        + (candidate.loaded() ? 0 : NOT_LOADED)
        + ALWAYS_FAILS * candidate.load().failureRate();
  }

  private static int mix(String node, long salt) {
    long hash = (node.hashCode() ^ salt) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 32);
  }
}
