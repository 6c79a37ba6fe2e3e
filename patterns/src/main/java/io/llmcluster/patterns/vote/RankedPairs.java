package io.llmcluster.patterns.vote;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ranked pairs (Tideman 1987): a Condorcet winner wins, and cycles are cut at their weakest duel.
 */
final class RankedPairs {

  private RankedPairs() {}

  /** A duel that one side won, with the number of judges by which it did. */
  private record Duel(String winner, String loser, long margin) {}

  /** The score of a candidate: how many it beats, directly or through others. */
  static Tally count(List<Ballot> ballots, List<String> candidates) {
    Map<String, Set<String>> beats = new HashMap<>();
    candidates.forEach(candidate -> beats.put(candidate, new HashSet<>()));
    for (Duel duel : duels(ballots, candidates)) {
      if (!reaches(beats, duel.loser(), duel.winner())) {
        beats.getOrDefault(duel.winner(), new HashSet<>()).add(duel.loser());
      }
    }
    Map<String, Double> scores = new LinkedHashMap<>();
    for (String candidate : candidates) {
      long beaten =
          candidates.stream()
              .filter(other -> !other.equals(candidate) && reaches(beats, candidate, other))
              .count();
      scores.put(candidate, (double) beaten);
    }
    return Tally.ranked(scores);
  }

  /** The clearest first; of equal ones those of the candidates drawn earlier. */
  private static List<Duel> duels(List<Ballot> ballots, List<String> candidates) {
    List<Duel> duels = new ArrayList<>();
    for (String one : candidates) {
      for (String other : candidates) {
        long margin =
            ballots.stream().filter(ballot -> ballot.prefers(one, other)).count()
                - ballots.stream().filter(ballot -> ballot.prefers(other, one)).count();
        if (margin > 0) {
          duels.add(new Duel(one, other, margin));
        }
      }
    }
    duels.sort(Comparator.comparingLong(Duel::margin).reversed()); // stable: the drawn order stays
    return duels;
  }

  private static boolean reaches(Map<String, Set<String>> beats, String from, String to) {
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (next.equals(to)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(beats.getOrDefault(next, Set.of()));
      }
    }
    return false;
  }
}
