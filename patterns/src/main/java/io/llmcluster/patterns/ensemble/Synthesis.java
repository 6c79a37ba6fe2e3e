package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.vote.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code synthesize}: Mixture-of-Agents (2406.04692). In each further layer every voice answers
 * again with all answers of the layer before; the aggregator writes the answer out of the last.
 */
final class Synthesis {

  private Synthesis() {}

  static Plan next(Scene scene, List<String> shortfall) {
    List<String> notes = new ArrayList<>(shortfall);
    List<String> proposals = scene.distinct();
    if (proposals.size() == 1) {
      return Selecting.taken(scene, proposals.get(0), notes);
    }
    for (int layer = 2; layer <= scene.params().layers(); layer++) {
      List<StepSpec> steps = layer(scene, layer, proposals);
      boolean over = steps.stream().allMatch(step -> scene.run().isOver(step.id()));
      if (!over && !scene.run().exhausted()) {
        return Plan.run(steps);
      }
      List<String> answered = steps.stream().map(StepSpec::id).filter(scene::hasText).toList();
      if (!over || answered.isEmpty()) {
        notes.add(answered.size() + " of " + steps.size() + " answered in layer " + layer);
      }
      proposals = answered.isEmpty() ? proposals : answered;
    }
    return written(scene, proposals, notes);
  }

  private static List<StepSpec> layer(Scene scene, int layer, List<String> before) {
    String name = "layer" + layer;
    Prompt prompt =
        Prompt.of("ensemble/layer").list("answers", Scene.items(scene.labels(name, before)));
    return Candidates.layer(name, prompt, scene.params(), scene.run().request());
  }

  private static Plan written(Scene scene, List<String> proposals, List<String> notes) {
    // other layers make it another text
    String id = "synthesize/" + scene.params().layers();
    Prompt prompt =
        Prompt.of("ensemble/synthesize").list("answers", Scene.items(scene.labels(id, proposals)));
    if (scene.params().answers().isClosed()) {
      prompt = prompt.value("form", scene.params().answers().instruction());
    }
    StepSpec step = scene.judging(id, "synthesis", scene.params().aggregator(), prompt);
    if (!scene.run().isOver(id) && !scene.run().exhausted()) {
      return Plan.run(step);
    }
    if (!scene.hasText(id)) {
      String why =
          scene
              .run()
              .step(id)
              .filter(StepRecord::isOver)
              .map(record -> record.reason().isEmpty() ? "it is empty" : record.reason())
              .orElse("the budget was used up");
      notes.add("no synthesis, so one of the answers is taken: " + why);
      return Selecting.taken(scene, scene.fallback(proposals), notes);
    }
    Map<String, Double> used = new LinkedHashMap<>();
    proposals.forEach(proposal -> used.put(proposal, 1.0));
    double share = (double) scene.usable().size() / scene.candidates().size();
    return Verdict.of(id, Tally.ranked(used), share, notes).from(id).plan(scene);
  }
}
