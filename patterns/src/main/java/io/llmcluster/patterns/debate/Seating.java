package io.llmcluster.patterns.debate;

import java.util.ArrayList;
import java.util.List;

/** Who sees whose answer. */
final class Seating {

  private Seating() {}

  /**
   * The debaters that one of them sees: all others, or in a ring its two neighbours (arXiv
   * 2406.11776: nearly the quality of all others for fewer tokens read).
   *
   * @param present those that still debate, in order
   * @param self one of them
   */
  static List<Integer> seenBy(int self, List<Integer> present, boolean ring) {
    List<Integer> others = new ArrayList<>(present);
    others.remove(Integer.valueOf(self));
    int at = present.indexOf(self);
    if (!ring || others.size() <= 2 || at < 0) {
      return others;
    }
    int before = present.get(Math.floorMod(at - 1, present.size()));
    int after = present.get((at + 1) % present.size());
    return List.of(before, after);
  }
}
