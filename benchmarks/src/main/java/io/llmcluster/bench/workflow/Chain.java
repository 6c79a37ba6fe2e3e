package io.llmcluster.bench.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import java.util.List;

/** One step after the other, as many as the request says ({@code length}), each reads the last. */
final class Chain implements Pattern {

  @Override
  public String name() {
    return "chain";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return List.of("bench/step");
  }

  @Override
  public List<String> schemas() {
    return List.of();
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    ObjectNode prepared = CommonRequest.prepare(request, cast, 1, 1);
    return prepared.put("length", request.path("length").asInt());
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    return new Estimate(prepared.path("length").asInt(), 1, 1);
  }

  @Override
  public Plan next(Run run) {
    int done = run.steps().size();
    if (done > 0 && !run.isOver("s" + done)) {
      return Plan.waiting();
    }
    if (done == run.request().path("length").asInt()) {
      return Plan.answer(run.output("s" + done).orElse(""));
    }
    Prompt prompt = Prompt.of("bench/step");
    return Plan.run(
        StepSpec.of(
            "s" + (done + 1),
            "step",
            "one",
            CommonRequest.models(run.request()).get(0),
            done == 0 ? prompt : prompt.output("earlier", "s" + done),
            CommonRequest.options(run.request(), 0.7, done)));
  }
}
