package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.vote.AnswerForm;
import java.util.List;
import java.util.Optional;

/**
 * Several models answer alone, and a rule makes one answer of theirs: fan out, extract, aggregate,
 * and verify if asked for.
 *
 * <p>A recorded run is decided again by the same record with another {@code rule} in its request
 * ({@link Run#asking}). With {@link Run#withoutBudget} that calls no model: a vote's ties then go
 * to the seed, and what would need a judge takes its fallback and says so.
 */
public final class EnsemblePattern implements Pattern {

  @Override
  public String name() {
    return "ensemble";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return List.of(
        "ensemble/answer",
        "ensemble/compare",
        "ensemble/layer",
        "ensemble/rank",
        "ensemble/select",
        "ensemble/synthesize",
        "ensemble/tiebreak",
        "ensemble/verify",
        "ensemble/vote",
        "structured/repair",
        AnswerForm.PHRASES);
  }

  @Override
  public List<String> schemas() {
    return List.of("ensemble/better", "ensemble/choice", "ensemble/ranking", "ensemble/verified");
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    return EnsembleRequest.prepare(request, cast);
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    return Estimates.of(prepared);
  }

  @Override
  public Plan next(Run run) {
    Scene scene = Scene.of(run);
    Rule rule = scene.params().rule();
    Optional<Decision> decision = run.decision(Verdict.id(rule));
    if (decision.isPresent()) {
      return Ending.next(scene, decision.get());
    }
    return rule.isVote() ? Voting.next(scene) : afterAll(scene, rule);
  }

  /** Rules that look at texts wait for all of them. */
  private static Plan afterAll(Scene scene, Rule rule) {
    int usable = scene.usable().size();
    if (!scene.open().isEmpty()
        && !scene.run().exhausted()
        && !Shortfall.isCertain(scene, usable)) {
      return Plan.run(scene.candidates());
    }
    Shortfall shortfall = Shortfall.of(scene, usable);
    return shortfall.giveUp().orElseGet(() -> aggregate(scene, rule, shortfall.notes()));
  }

  private static Plan aggregate(Scene scene, Rule rule, List<String> shortfall) {
    return switch (rule) {
      case RANKED -> Ranking.next(scene, shortfall);
      case SELECT -> Selecting.next(scene, shortfall);
      case JUDGE, PANEL -> Duels.next(scene, shortfall);
      case SYNTHESIZE -> Synthesis.next(scene, shortfall);
      case MAJORITY, WEIGHTED -> Voting.next(scene);
    };
  }

  @Override
  public boolean writesAnswer(ObjectNode request, StepSpec step) {
    return step.kind().equals("synthesis");
  }

  @Override
  public void describe(Run run, ObjectNode view) {
    Scene scene = Scene.of(run);
    view.put("rule", scene.params().rule().wire());
    view.set("answers", scene.params().answers().json());
    view.put("aggregator", scene.params().aggregator());
    ArrayNode candidates = view.putArray("candidates");
    for (StepSpec step : scene.candidates()) {
      ObjectNode candidate = candidates.addObject().put("id", step.id()).put("model", step.model());
      scene.reading(step.id()).ifPresent(answer -> candidate.put("answer", answer));
    }
  }
}
