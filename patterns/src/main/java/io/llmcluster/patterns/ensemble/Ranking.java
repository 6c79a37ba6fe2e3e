package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import io.llmcluster.patterns.vote.Ballot;
import io.llmcluster.patterns.vote.Labels;
import io.llmcluster.patterns.vote.Tally;
import java.util.ArrayList;
import java.util.List;

/** {@code ranked}: each judge ranks all candidates, under labels and in an order of its own. */
final class Ranking {

  private Ranking() {}

  static Plan next(Scene scene, List<String> shortfall) {
    List<String> among = scene.distinct();
    if (among.size() == 1) {
      return Selecting.taken(scene, among.get(0), shortfall);
    }
    List<StepSpec> pending = new ArrayList<>();
    List<Ballot> ballots = new ArrayList<>();
    List<String> judges = scene.params().judges();
    for (int judge = 1; judge <= judges.size(); judge++) {
      String id = "rank/" + judge;
      Labels labels = scene.labels(id, among);
      StepSpec step = step(scene, id, judges.get(judge - 1), labels);
      Outcome outcome = Structured.of(step, scene.run(), value -> errors(value, labels));
      if (outcome instanceof Outcome.Pending open) {
        pending.add(open.step());
      } else if (outcome instanceof Outcome.Valid valid) {
        ballots.add(new Ballot(id, labels.idsOf(said(valid.value()))));
      }
    }
    if (!pending.isEmpty() && !scene.run().exhausted()) {
      return Plan.run(pending);
    }
    List<String> notes = new ArrayList<>(shortfall);
    if (ballots.size() < judges.size()) {
      notes.add(ballots.size() + " of " + judges.size() + " rankings could be used");
    }
    return ballots.isEmpty()
        ? Selecting.taken(scene, scene.fallback(among), notes)
        : counted(scene, among, ballots, notes);
  }

  private static Plan counted(
      Scene scene, List<String> among, List<Ballot> ballots, List<String> notes) {
    Tally tally = scene.params().rankedBy().count(ballots, among, scene.params().seed(), "ranked");
    TieBreak tie = TieBreak.of(scene, tally.leaders());
    if (tie.asked() != null) {
      return Plan.run(tie.asked());
    }
    long first =
        ballots.stream().filter(ballot -> ballot.ranking().get(0).equals(tie.winner())).count();
    return Verdict.of(tie.winner(), tally, (double) first / ballots.size(), tie.addedTo(notes))
        .from(tie.winner())
        .tieBreak(tie.by())
        .plan(scene);
  }

  private static StepSpec step(Scene scene, String id, String judge, Labels labels) {
    Prompt prompt =
        Prompt.of("ensemble/rank")
            .list("answers", Scene.items(labels))
            .value("labels", String.join(", ", labels.labels()));
    return scene.judging(id, "judge", judge, prompt).matching("ensemble/ranking");
  }

  private static List<String> said(JsonNode value) {
    List<String> said = new ArrayList<>();
    value.path("ranking").forEach(one -> said.add(one.asText()));
    return said;
  }

  /** A ballot with a name that does not exist is asked for again; a short one counts. */
  private static List<String> errors(JsonNode value, Labels labels) {
    return said(value).stream()
        .filter(one -> labels.idOf(one).isEmpty())
        .map(one -> "ranking: " + one + " (expected: " + String.join(", ", labels.labels()) + ")")
        .limit(5)
        .toList();
  }
}
