package io.llmcluster.patterns.vote;

import java.util.List;

/**
 * How one judge ranks the candidates.
 *
 * @param voter who
 * @param ranking best first, each at most once; those left out are worse than all that are there
 */
public record Ballot(String voter, List<String> ranking) {

  public Ballot {
    ranking = List.copyOf(ranking);
  }

  /** Whether it puts one before the other; false too if it has neither. */
  boolean prefers(String one, String other) {
    int first = ranking.indexOf(one);
    int second = ranking.indexOf(other);
    return first >= 0 && (second < 0 || first < second);
  }
}
