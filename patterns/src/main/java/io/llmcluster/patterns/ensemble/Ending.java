package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import java.util.ArrayList;
import java.util.List;

/** After the decision: the answer is checked, if that was asked for, and given. */
final class Ending {

  private Ending() {}

  static Plan next(Scene scene, Decision decision) {
    List<String> notes = new ArrayList<>();
    if (scene.params().modelsMissing() > 0) {
      int there = scene.params().models().size();
      int wanted = there + scene.params().modelsMissing();
      notes.add("models: " + there + " at hand (expected: " + wanted + ")");
    }
    notes.addAll(Verdict.notes(decision));
    String answer = answer(scene, decision);
    if (scene.params().verify()) {
      Outcome outcome = Structured.of(verification(scene, decision, answer), scene.run());
      if (outcome instanceof Outcome.Pending pending) {
        if (!scene.run().exhausted()) {
          return Plan.run(pending.step());
        }
        notes.add("not verified: the budget was used up");
      } else if (outcome instanceof Outcome.Invalid invalid) {
        notes.add("not verified: " + invalid.reason());
      } else if (outcome instanceof Outcome.Valid valid
          && !valid.value().path("correct").asBoolean()) {
        notes.add("the verification objects: " + valid.value().path("problem").asText("no reason"));
      }
    }
    return Plan.answer(answer, notes);
  }

  /** A vote's answer is what was voted for; every other is a text as it was written. */
  static String answer(Scene scene, Decision decision) {
    String from = Verdict.from(decision);
    boolean counted = Rule.of(decision.rule()).isVote() && !decision.chosen().equals(from);
    return counted && scene.params().answers().isClosed()
        ? scene.params().answers().shown(decision.chosen())
        : scene.run().output(from).orElse("").strip();
  }

  private static StepSpec verification(Scene scene, Decision decision, String answer) {
    String from = Verdict.from(decision);
    boolean whole = scene.run().output(from).map(String::strip).filter(answer::equals).isPresent();
    Prompt prompt = Prompt.of("ensemble/verify");
    return scene
        .judging(
            "verify/" + scene.params().rule().wire(),
            "verify",
            scene.params().aggregator(),
            whole ? prompt.output("answer", from) : prompt.value("answer", answer))
        .matching("ensemble/verified");
  }
}
