package io.llmcluster.patterns.debate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Who debates and what each stands for, between two rounds.
 *
 * @param debaters how many began
 * @param standing by debater, of those that have answered
 * @param failures by debater, of those that have failed
 */
public record Table(int debaters, Map<Integer, Position> standing, Map<Integer, Integer> failures) {

  /** A debater that fails as often is dropped. */
  private static final int DROPPED_AT = 2;

  public Table {
    standing = Collections.unmodifiableMap(new TreeMap<>(standing));
    failures = Collections.unmodifiableMap(new TreeMap<>(failures));
  }

  public static Table of(int debaters) {
    return new Table(debaters, Map.of(), Map.of());
  }

  /** Those that have not been dropped, in order. */
  public List<Integer> present() {
    return IntStream.range(0, debaters).filter(one -> !isDropped(one)).boxed().toList();
  }

  public boolean isDropped(int debater) {
    return failures.getOrDefault(debater, 0) >= DROPPED_AT;
  }

  /** What those stand for that have answered and were not dropped. */
  public List<Position> positions() {
    return standing.values().stream().filter(one -> !isDropped(one.debater())).toList();
  }

  /**
   * What a verdict is about: {@link #positions}, and if fewer than two of them are left, which is
   * no debate any more, what all that have ever answered stood for last.
   */
  public List<Position> whateverThereIs() {
    return isDebate() ? positions() : new ArrayList<>(standing.values());
  }

  boolean isDebate() {
    return positions().size() >= 2;
  }

  Table after(Turn turn) {
    Map<Integer, Position> positions = new TreeMap<>(standing);
    Map<Integer, Integer> failed = new TreeMap<>(failures);
    if (turn.after() != null) {
      positions.put(turn.debater(), turn.after());
    }
    if (turn.what() == Turn.What.FAILED) {
      failed.merge(turn.debater(), 1, Integer::sum);
    }
    return new Table(debaters, positions, failed);
  }
}
