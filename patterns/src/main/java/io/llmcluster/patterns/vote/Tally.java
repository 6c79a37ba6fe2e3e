package io.llmcluster.patterns.vote;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counted votes.
 *
 * @param weights answer to its weight, the heaviest first, equal ones by name
 */
public record Tally(Map<String, Double> weights) {

  /** Sums of the same weights in another order must still be equal. */
  private static final double SAME = 1e-9;

  public Tally {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /** Counts what could be read. */
  public static Tally of(Collection<Vote> votes) {
    Map<String, Double> sums = new LinkedHashMap<>();
    votes.stream()
        .filter(Vote::isReadable)
        .forEach(vote -> sums.merge(vote.answer(), vote.weight(), Double::sum));
    return ranked(sums);
  }

  /** Scores that were counted elsewhere. */
  public static Tally ranked(Map<String, Double> scores) {
    Map<String, Double> ranked = new LinkedHashMap<>();
    scores.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> ranked.put(entry.getKey(), entry.getValue()));
    return new Tally(ranked);
  }

  public boolean isEmpty() {
    return weights.isEmpty();
  }

  /** All that have the most; more than one if it is a tie, none if nobody voted. */
  public List<String> leaders() {
    double most = most();
    return weights.entrySet().stream()
        .filter(entry -> entry.getValue() >= most - SAME)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The weight of all answers together. */
  public double total() {
    return weights.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Which part of the weight an answer has, 0 to 1; 0 if nothing was counted. */
  public double share(String answer) {
    double total = total();
    return total > 0 ? weights.getOrDefault(answer, 0.0) / total : 0;
  }

  /** What each of the voters for something else is called, in their order. */
  public static List<String> dissent(Collection<Vote> votes, String answer) {
    return votes.stream()
        .filter(vote -> vote.isReadable() && !vote.answer().equals(answer))
        .map(Vote::voter)
        .toList();
  }

  /**
   * Whether the winner is certain: no votes that are still out can make another win, or make a tie,
   * or push the winner's share below what is asked for.
   *
   * @param outstanding greatest weight that all votes still out can have together
   * @param minShare share that the winner has to have in the end, 0 to 1
   */
  public boolean isDecided(double outstanding, double minShare) {
    if (isEmpty() || leaders().size() > 1) {
      return false;
    }
    double most = most();
    double second = weights.values().stream().skip(1).findFirst().orElse(0.0);
    return most - second > outstanding + SAME && most >= minShare * (total() + outstanding) - SAME;
  }

  private double most() {
    return weights.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
