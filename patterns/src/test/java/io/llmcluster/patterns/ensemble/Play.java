package io.llmcluster.patterns.ensemble;

import static io.llmcluster.patterns.testkit.Simulation.cast;

import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.Map;

/** Scripted ensembles of m1, m2, m3; a fourth model, big, is there to judge. */
final class Play {

  static final EnsemblePattern ENSEMBLE = new EnsemblePattern();

  /** Where only candidates may be asked. */
  static final Simulation.Model NOBODY =
      (step, messages) -> {
        throw new AssertionError("nobody should be asked: " + step.id());
      };

  private Play() {}

  /** A request to m1, m2 and m3, with further fields. */
  static String request(String prompt, String fields) {
    return "{'prompt':'"
        + prompt
        + "','models':['m1','m2','m3']"
        + (fields.isEmpty() ? "" : "," + fields)
        + "}";
  }

  /**
   * Not begun yet.
   *
   * @param says what each model says as a candidate; a model that is missing fails
   * @param judge answers everything else
   */
  static Simulation of(String request, Map<String, String> says, Simulation.Model judge) {
    return Simulation.of(
        ENSEMBLE,
        request,
        cast("m1", "m2", "m3", "big"),
        (step, messages) ->
            step.kind().equals("candidate")
                ? says.get(step.model())
                : judge.answer(step, messages));
  }

  static Decision decision(Simulation played, String rule) {
    return played.run().decision("aggregate/" + rule).orElseThrow();
  }
}
