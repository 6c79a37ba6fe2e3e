package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fewer answers than asked for.
 *
 * @param notes what is missing, if the run goes on without it
 * @param giveUp the end, if it does not
 */
record Shortfall(List<String> notes, Optional<Plan> giveUp) {

  /**
   * What is missing when nothing more comes.
   *
   * @param answers how many can be used
   */
  static Shortfall of(Scene scene, int answers) {
    int voices = scene.candidates().size();
    String found = answers + " of " + voices + " candidates gave an answer that can be used";
    if (scene.usable().isEmpty()) {
      String why =
          scene.run().exhausted() && !scene.open().isEmpty()
              ? "the budget was used up"
              : scene.firstFailure();
      return new Shortfall(
          List.of(),
          Optional.of(Plan.giveUp("no candidate answered: " + why).skipping(scene.running())));
    }
    List<String> notes = new ArrayList<>();
    if (!scene.open().isEmpty()) {
      notes.add("the budget was used up before all candidates had answered");
    }
    if (answers < scene.params().quorum()) {
      String missed = found + " (expected: at least " + scene.params().quorum() + ")";
      if (scene.params().failsBelowQuorum()) {
        return new Shortfall(notes, Optional.of(Plan.giveUp(missed).skipping(scene.running())));
      }
      notes.add(missed);
    }
    return new Shortfall(notes, Optional.empty());
  }

  /** Whether a quorum on which the run depends cannot be reached any more. */
  static boolean isCertain(Scene scene, int answers) {
    return scene.params().failsBelowQuorum()
        && answers + scene.open().size() < scene.params().quorum();
  }
}
