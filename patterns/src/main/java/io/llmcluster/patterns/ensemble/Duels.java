package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import io.llmcluster.patterns.vote.Seeded;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code judge} and {@code panel}: each pair of candidates is compared in both orders, since judges
 * favour a place (2406.07791).
 */
final class Duels {

  private Duels() {}

  /** A comparison that is wanted; the first is shown as A. */
  private record Comparison(String judge, String first, String second, StepSpec step) {}

  static Plan next(Scene scene, List<String> shortfall) {
    List<String> among = scene.distinct();
    if (among.size() == 1) {
      return Selecting.taken(scene, among.get(0), shortfall);
    }
    List<String> notes = new ArrayList<>(shortfall);
    if (among.size() > EnsembleRequest.MOST_COMPARED) {
      among =
          Seeded.shuffle(scene.params().seed(), "duels", among)
              .subList(0, EnsembleRequest.MOST_COMPARED);
      notes.add("only " + among.size() + " of the candidates were compared, drawn by the seed");
    }
    List<StepSpec> pending = new ArrayList<>();
    List<DuelScores.Look> looks = new ArrayList<>();
    List<Comparison> wanted = comparisons(scene, among);
    for (Comparison one : wanted) {
      Outcome outcome = Structured.of(one.step(), scene.run());
      if (outcome instanceof Outcome.Pending open) {
        pending.add(open.step());
      } else if (outcome instanceof Outcome.Valid valid) {
        double better = better(valid.value().path("better").asText());
        looks.add(new DuelScores.Look(one.judge(), one.first(), one.second(), better));
      }
    }
    if (!pending.isEmpty() && !scene.run().exhausted()) {
      return Plan.run(pending);
    }
    if (looks.isEmpty()) {
      notes.add("no comparison could be used");
      return Selecting.taken(scene, scene.fallback(among), notes);
    }
    if (looks.size() < wanted.size()) {
      notes.add(looks.size() + " of " + wanted.size() + " comparisons could be used");
    }
    return scored(scene, DuelScores.of(looks, among), notes);
  }

  private static Plan scored(Scene scene, DuelScores scores, List<String> notes) {
    TieBreak tie = TieBreak.of(scene, scores.tally().leaders());
    if (tie.asked() != null) {
      return Plan.run(tie.asked());
    }
    return Verdict.of(tie.winner(), scores.tally(), scores.share(tie.winner()), tie.addedTo(notes))
        .from(tie.winner())
        .tieBreak(tie.by())
        .detail("changedWithTheOrder", scores.swings())
        .plan(scene);
  }

  private static List<Comparison> comparisons(Scene scene, List<String> among) {
    Rule rule = scene.params().rule();
    List<String> judges =
        rule == Rule.PANEL ? scene.params().judges() : List.of(scene.params().aggregator());
    List<Comparison> comparisons = new ArrayList<>();
    for (int judge = 1; judge <= judges.size(); judge++) {
      String name = rule.wire() + "/" + judge;
      for (String first : among) {
        for (String second : among) {
          if (!first.equals(second)) {
            Prompt prompt =
                Prompt.of("ensemble/compare").output("first", first).output("second", second);
            String id = name + "/" + voice(first) + "-" + voice(second);
            StepSpec step = scene.judging(id, "judge", judges.get(judge - 1), prompt);
            comparisons.add(new Comparison(name, first, second, step.matching("ensemble/better")));
          }
        }
      }
    }
    return comparisons;
  }

  private static String voice(String candidate) {
    return candidate.substring(candidate.indexOf('/') + 1);
  }

  private static double better(String first) {
    return switch (first) {
      case "A" -> 1;
      case "B" -> 0;
      default -> 0.5;
    };
  }
}
