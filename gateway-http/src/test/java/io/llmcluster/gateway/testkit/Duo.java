package io.llmcluster.gateway.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small pattern: every model answers, one answer is chosen, and somebody may be asked. It cannot
 * tell whether {@link #UNCLEAR} writes the answer.
 */
public final class Duo implements Pattern {

  /** A model with which no chat can follow the workflow. */
  public static final String UNCLEAR = "unclear";

  private final String name;
  private final List<String> prompts;

  public Duo(String name) {
    this(name, List.of("test/ask"));
  }

  /**
   * @param prompts that are said to be its own, for the hash of its definition
   */
  public Duo(String name, List<String> prompts) {
    this.name = name;
    this.prompts = prompts;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return prompts;
  }

  @Override
  public List<String> schemas() {
    return List.of();
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    ObjectNode prepared = CommonRequest.prepare(request, cast, 2, 5);
    String prefer = request.path("prefer").asText("first");
    if (!List.of("first", "last").contains(prefer)) {
      throw new RefusedRequest("prefer", prefer, "first or last");
    }
    return prepared.put("prefer", prefer).put("approve", request.path("approve").asBoolean());
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    return new Estimate(CommonRequest.models(prepared).size(), 100, 1);
  }

  @Override
  public Plan next(Run run) {
    List<StepSpec> voices = new ArrayList<>();
    for (String model : CommonRequest.models(run.request())) {
      String id = "voice" + (voices.size() + 1);
      voices.add(
          StepSpec.of(id, "candidate", model, model, Prompt.of("test/ask"), Map.of()).retrying(0));
    }
    if (!voices.stream().allMatch(voice -> run.isOver(voice.id()))) {
      return Plan.run(voices);
    }
    List<StepRecord> answers = run.steps(step -> step.is(StepRecord.Status.COMPLETED));
    if (answers.isEmpty()) {
      return Plan.giveUp("no model answered");
    }
    if (run.decision("choice").isEmpty()) {
      boolean first = run.request().path("prefer").asText().equals("first");
      StepRecord chosen = answers.get(first ? 0 : answers.size() - 1);
      return Plan.decide(
          new Decision(
              "choice",
              "preference",
              chosen.id(),
              Map.of(chosen.id(), 1.0),
              List.of(),
              1,
              run.request().path("prefer")));
    }
    if (run.request().path("approve").asBoolean() && run.input("approval").isEmpty()) {
      return Plan.ask(new InputRequest("approval", "Is it good?", run.request().path("prefer")));
    }
    return Plan.answer(run.output(run.decision("choice").get().chosen()).orElse(""));
  }

  @Override
  public boolean writesAnswer(ObjectNode request, StepSpec step) {
    if (CommonRequest.models(request).contains(UNCLEAR)) {
      throw new IllegalStateException("nobody knows what " + UNCLEAR + " writes");
    }
    return CommonRequest.models(request).size() == 1;
  }

  @Override
  public List<String> refuseInput(Run run, String id, JsonNode value) {
    return value.isBoolean()
        ? List.of()
        : List.of("value: " + value + " (expected: true or false)");
  }
}
