package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.vote.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What comparisons of pairs amount to. A judge's two looks at a pair, one in each order, are one
 * duel: who is better in both has won it, everything else is a draw, half a point for each.
 *
 * @param points candidate to the duels that it won
 * @param fought candidate to the duels that it took part in
 * @param swings duels in which the judge chose by the place and not by the answer
 */
record DuelScores(Map<String, Double> points, Map<String, Integer> fought, int swings) {

  /**
   * One look at a pair.
   *
   * @param judge who looks
   * @param first shown first
   * @param second shown second
   * @param better how far the first is better: 1, 0.5 or 0
   */
  record Look(String judge, String first, String second, double better) {

    private boolean inOrder() {
      return first.compareTo(second) < 0;
    }

    Duel duel() {
      return inOrder() ? new Duel(judge, first, second) : new Duel(judge, second, first);
    }

    /** How far the duel's one is better. */
    double ofOne() {
      return inOrder() ? better : 1 - better;
    }
  }

  private record Duel(String judge, String one, String other) {}

  static DuelScores of(List<Look> looks, List<String> candidates) {
    Map<Duel, List<Double>> duels = new LinkedHashMap<>();
    looks.forEach(
        look -> duels.computeIfAbsent(look.duel(), duel -> new ArrayList<>()).add(look.ofOne()));
    Map<String, Double> points = new LinkedHashMap<>();
    candidates.forEach(candidate -> points.put(candidate, 0.0));
    Map<String, Integer> fought = new LinkedHashMap<>();
    int swings = 0;
    for (Map.Entry<Duel, List<Double>> entry : duels.entrySet()) {
      Duel duel = entry.getKey();
      List<Double> seen = entry.getValue();
      double won = won(seen);
      points.merge(duel.one(), won, Double::sum);
      points.merge(duel.other(), 1 - won, Double::sum);
      fought.merge(duel.one(), 1, Integer::sum);
      fought.merge(duel.other(), 1, Integer::sum);
      swings += seen.contains(0.0) && seen.contains(1.0) ? 1 : 0;
    }
    return new DuelScores(points, fought, swings);
  }

  private static double won(List<Double> seen) {
    double mean = seen.stream().mapToDouble(Double::doubleValue).average().orElse(0.5);
    if (mean == 0.5) {
      return 0.5;
    }
    return mean > 0.5 ? 1 : 0;
  }

  Tally tally() {
    return Tally.ranked(points);
  }

  /** Which part of its duels a candidate won, 0 to 1. */
  double share(String candidate) {
    return points.getOrDefault(candidate, 0.0) / Math.max(1, fought.getOrDefault(candidate, 0));
  }
}
