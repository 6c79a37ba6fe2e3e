package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.vote.Seeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The models that answer alone. Their steps are {@code candidate/MODEL.SAMPLE}, whatever the rule:
 * a run that is decided again by another rule finds its candidates.
 */
final class Candidates {

  private Candidates() {}

  /** All of them; each with a seed of its own, since the same seed would give the same answer. */
  static List<StepSpec> specs(EnsembleParams params, JsonNode request) {
    return layer("candidate", prompt(params), params, request);
  }

  /** One answer of every voice to this prompt; ids begin with the name. */
  static List<StepSpec> layer(String name, Prompt prompt, EnsembleParams params, JsonNode request) {
    List<StepSpec> steps = new ArrayList<>();
    for (int model = 1; model <= params.models().size(); model++) {
      for (int sample = 1; sample <= params.samplesPerModel(); sample++) {
        String voice = model + "." + sample;
        steps.add(
            new StepSpec(
                name + "/" + voice,
                "candidate",
                voice,
                params.models().get(model - 1),
                prompt,
                options(params, request, steps.size()),
                null,
                retries(params),
                params.stragglerDeadline(),
                NodeConstraint.ANY,
                false));
      }
    }
    return List.copyOf(steps);
  }

  /** Who sets a deadline does not want it to pass three times. */
  private static int retries(EnsembleParams params) {
    return params.stragglerDeadline() < StepSpec.DEADLINE_SECONDS ? 0 : StepSpec.RETRIES;
  }

  private static Map<String, Object> options(EnsembleParams params, JsonNode request, int ordinal) {
    Map<String, Object> options =
        new HashMap<>(
            CommonRequest.options(
                request, params.temperature(), Seeded.derive(params.seed(), "candidates")));
    if (options.get("seed") instanceof Number seed) {
      options.put("seed", Math.floorMod(seed.longValue() + ordinal, (long) Integer.MAX_VALUE));
    }
    return options;
  }

  private static Prompt prompt(EnsembleParams params) {
    return params.answers().isClosed() || params.rule().isVote()
        ? Prompt.of("ensemble/vote").value("form", params.answers().instruction())
        : Prompt.of("ensemble/answer");
  }
}
