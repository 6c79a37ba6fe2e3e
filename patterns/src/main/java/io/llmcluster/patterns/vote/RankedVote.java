package io.llmcluster.patterns.vote;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds a winner among ranked ballots; the methods differ in what they forgive (2410.15168). */
public enum RankedVote {
  /** Points for each place: the most acceptable to all. */
  BORDA {
    @Override
    Tally count(List<Ballot> ballots, List<String> candidates) {
      Map<String, Double> points = zero(candidates);
      for (Ballot ballot : ballots) {
        List<String> ranking = ballot.ranking().stream().filter(points::containsKey).toList();
        // those left out share the points of the places that are left, so that short ballots are
        // no weapon
        double left = (candidates.size() - ranking.size() - 1) / 2.0;
        for (String candidate : candidates) {
          int place = ranking.indexOf(candidate);
          points.merge(candidate, place < 0 ? left : candidates.size() - 1.0 - place, Double::sum);
        }
      }
      return Tally.ranked(points);
    }
  },
  /** The one with the fewest first places goes, until one is left. */
  INSTANT_RUNOFF {
    @Override
    Tally count(List<Ballot> ballots, List<String> candidates) {
      List<String> standing = new ArrayList<>(candidates);
      Map<String, Double> rounds = zero(candidates);
      for (double round = 1; standing.size() > 1; round++) {
        Map<String, Double> first = zero(standing);
        for (Ballot ballot : ballots) {
          ballot.ranking().stream()
              .filter(standing::contains)
              .findFirst()
              .ifPresent(choice -> first.merge(choice, 1.0, Double::sum));
        }
        // of equal ones the last in the drawn order goes
        String last =
            standing.stream()
                .min(
                    Comparator.<String>comparingDouble(one -> first.getOrDefault(one, 0.0))
                        .thenComparing(one -> -candidates.indexOf(one)))
                .orElseThrow();
        standing.remove(last);
        for (String one : standing) {
          rounds.put(one, round);
        }
      }
      return Tally.ranked(rounds);
    }
  },
  /** Tideman's: the clearest duels first, none that contradicts those before it. */
  RANKED_PAIRS {
    @Override
    Tally count(List<Ballot> ballots, List<String> candidates) {
      return RankedPairs.count(ballots, candidates);
    }
  };

  /**
   * Scores by which the candidates stand, the winner's the highest.
   *
   * @param ballots of at least one judge; names that are no candidates do not count
   * @param candidates in the drawn order, by which the method itself breaks its inner ties
   */
  abstract Tally count(List<Ballot> ballots, List<String> candidates);

  /**
   * As {@link #count}, with inner ties broken by the seed.
   *
   * @param purpose of the draw
   */
  public Tally count(
      List<Ballot> ballots, Collection<String> candidates, long seed, String purpose) {
    return count(ballots, Seeded.shuffle(seed, purpose, candidates));
  }

  private static Map<String, Double> zero(Collection<String> candidates) {
    Map<String, Double> points = new LinkedHashMap<>();
    candidates.forEach(candidate -> points.put(candidate, 0.0));
    return points;
  }
}
