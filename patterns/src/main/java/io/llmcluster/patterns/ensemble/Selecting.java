package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.vote.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code select}: the aggregator names the candidate that agrees best with all of them. */
final class Selecting {

  private Selecting() {}

  static Plan next(Scene scene, List<String> shortfall) {
    List<String> among = scene.distinct();
    if (among.size() == 1) {
      return taken(scene, among.get(0), shortfall);
    }
    Choice choice = Choice.of(scene, "select", "ensemble/select", among);
    if (choice instanceof Choice.Pending pending) {
      return Plan.run(pending.step());
    }
    if (choice instanceof Choice.Picked picked) {
      return taken(scene, picked.candidate(), shortfall);
    }
    List<String> notes = new ArrayList<>(shortfall);
    notes.add("the selection could not be used: " + ((Choice.Unusable) choice).reason());
    return taken(scene, scene.fallback(among), notes);
  }

  /** The candidate itself, with those that say the same behind it. */
  static Plan taken(Scene scene, String candidate, List<String> notes) {
    Map<String, Double> support = new LinkedHashMap<>();
    List<String> usable = scene.usable();
    usable.forEach(id -> support.put(id, same(scene, id, candidate) ? 1.0 : 0.0));
    double agreement =
        support.values().stream().mapToDouble(Double::doubleValue).sum() / usable.size();
    return Verdict.of(candidate, Tally.ranked(support), agreement, notes)
        .from(candidate)
        .plan(scene);
  }

  private static boolean same(Scene scene, String one, String other) {
    return one.equals(other)
        || scene.run().output(one).equals(scene.run().output(other))
        || scene
            .reading(one)
            .filter(key -> scene.reading(other).filter(key::equals).isPresent())
            .isPresent();
  }
}
