package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.vote.Seeded;
import io.llmcluster.patterns.vote.Tally;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How positions are divided among answers.
 *
 * @param positions at most one for each debater
 */
public record Poll(List<Position> positions) {

  /** One voice is no majority of anything. */
  private static final double LEAST_MAJORITY = 2;

  public Poll {
    positions = List.copyOf(positions);
  }

  public Tally votes() {
    return Tally.of(positions.stream().map(Position::vote).toList());
  }

  /** Votes that count by their confidence. */
  public Tally weights() {
    return Tally.of(positions.stream().map(Position::weighted).toList());
  }

  public boolean isUnanimous() {
    return votes().weights().size() == 1;
  }

  /** The answer that more debaters hold than any other, and more than one. */
  public Optional<String> majority() {
    Tally votes = votes();
    List<String> leaders = votes.leaders();
    return leaders.size() == 1
            && votes.weights().getOrDefault(leaders.get(0), 0.0) >= LEAST_MAJORITY
        ? Optional.of(leaders.get(0))
        : Optional.empty();
  }

  /** The winner without a judge: by votes, then by confidence, then by the draw. */
  public Winner winner(long seed) {
    List<String> leaders = votes().leaders();
    if (leaders.size() == 1) {
      return new Winner("majority", leaders.get(0));
    }
    List<String> surest =
        Tally.of(
                positions.stream()
                    .filter(one -> leaders.contains(one.group()))
                    .map(Position::weighted)
                    .toList())
            .leaders();
    return surest.size() == 1
        ? new Winner("confidence", surest.get(0))
        : new Winner("draw", Seeded.pick(seed, "verdict", surest));
  }

  /**
   * Who wins, and by what.
   *
   * @param rule that decided
   * @param group the answer
   */
  public record Winner(String rule, String group) {}

  /** The position that speaks for an answer: the surest, then the first. */
  public Position speaker(String group) {
    return positions.stream()
        .filter(one -> one.group().equals(group))
        .min(
            Comparator.comparingDouble(Position::confidence)
                .reversed()
                .thenComparing(Position::debater))
        .orElseThrow(() -> new IllegalArgumentException("nobody stands for " + group));
  }

  /** One position for each answer out of these. */
  public List<Position> speakers(List<String> groups) {
    return groups.stream().map(this::speaker).toList();
  }

  public List<String> groups() {
    return List.copyOf(votes().weights().keySet());
  }

  /** The steps of those that stand for something else. */
  public List<String> dissent(String group) {
    return Tally.dissent(positions.stream().map(Position::vote).toList(), group);
  }

  /** How sure the least sure is, 0 to 1. */
  public double leastConfidence() {
    return positions.stream().mapToDouble(Position::confidence).min().orElse(0);
  }
}
