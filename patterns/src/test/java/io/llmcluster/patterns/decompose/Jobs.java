package io.llmcluster.patterns.decompose;

import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;

/** A job and its plan, for tests. */
final class Jobs {

  /** a and b are free; c needs both; d needs b: the sinks are c and d. */
  static final String PLAN =
      """
      {"tasks": [
        {"id": "c", "title": "C", "instruction": "do c", "role": "Code", "dependsOn": ["a", "b"]},
        {"id": "a", "title": "A", "instruction": "do a", "role": "Research", "dependsOn": []},
        {"id": "b", "title": "B", "instruction": "do b", "role": "Poet", "dependsOn": []},
        {"id": "d", "title": "D", "instruction": "do d", "role": "", "dependsOn": ["b"]}]}
      """;

  private Jobs() {}

  static Script planned() {
    return planned(PLAN);
  }

  static Script planned(String plan) {
    return new Script().say("plan", plan);
  }

  /**
   * @param more parameters, each with a comma before it
   */
  static Simulation simulation(Script script, String more) {
    return Simulation.of(
        new Decompose(),
        "{'prompt':'the whole job','seed':5" + more + "}",
        Simulation.cast(Agents.DEFAULT, "small", "big"),
        script);
  }

  static Simulation play(Script script, String more) {
    return simulation(script, more).play();
  }
}
