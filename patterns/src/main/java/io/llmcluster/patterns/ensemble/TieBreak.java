package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.vote.Seeded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a tie ends.
 *
 * @param asked the step that decides it and has not ended; null if it is decided
 * @param winner one of the leaders; empty while it is asked for
 * @param by {@code judge}, {@code seed}, or empty if there was no tie
 * @param note why it was not decided as asked for; empty if it was
 */
record TieBreak(@Nullable StepSpec asked, String winner, String by, String note) {

  /**
   * @param leaders candidates that are equal, at least one
   */
  static TieBreak of(Scene scene, List<String> leaders) {
    if (leaders.size() == 1) {
      return new TieBreak(null, leaders.get(0), "", "");
    }
    String id = "tiebreak/" + scene.params().rule().wire();
    String drawn = Seeded.pick(scene.params().seed(), id, leaders);
    if (!scene.params().judgeBreaksTies()) {
      return new TieBreak(null, drawn, "seed", "");
    }
    Choice choice = Choice.of(scene, id, "ensemble/tiebreak", leaders);
    if (choice instanceof Choice.Pending pending) {
      return new TieBreak(pending.step(), "", "judge", "");
    }
    if (choice instanceof Choice.Picked picked) {
      return new TieBreak(null, picked.candidate(), "judge", "");
    }
    return new TieBreak(
        null, drawn, "seed", "tie broken by the seed: " + ((Choice.Unusable) choice).reason());
  }

  List<String> addedTo(List<String> notes) {
    List<String> all = new ArrayList<>(notes);
    if (!note.isEmpty()) {
      all.add(note);
    }
    return all;
  }
}
