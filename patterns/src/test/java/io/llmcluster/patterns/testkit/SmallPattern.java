package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import java.util.function.Function;

/**
 * A pattern in a few lines, for tests of the interpreter.
 *
 * @param name of the pattern
 * @param program what it does
 */
public record SmallPattern(String name, Function<Run, Plan> program) implements Pattern {

  /** One step after the other: {@code a}, {@code b}, {@code c}. */
  public static final Pattern CHAIN = new SmallPattern("chain", SmallPattern::chain);

  /** As many at once as the request says ({@code width}); the most frequent answer; a last step. */
  public static final Pattern VOTE = new SmallPattern("vote", SmallPattern::vote);

  /** A draft; somebody's word on it; the final text. */
  public static final Pattern APPROVED = new SmallPattern("approved", SmallPattern::approved);

  /** The first of two answers; the other one is dropped. */
  public static final Pattern FIRST = new SmallPattern("first", SmallPattern::first);

  /** A task that somebody outside does. */
  public static final Pattern OUTSIDE = new SmallPattern("outside", SmallPattern::outside);

  public static final List<Pattern> ALL = List.of(CHAIN, VOTE, APPROVED, FIRST, OUTSIDE);

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<String> prompts() {
    return List.of("test/ask");
  }

  @Override
  public List<String> schemas() {
    return List.of();
  }

  @Override
  public ObjectNode prepare(ObjectNode request, Cast cast) {
    if (request.path("width").asInt(1) < 1) {
      throw new RefusedRequest("width", request.path("width"), "at least 1");
    }
    ObjectNode prepared = CommonRequest.prepare(request, cast, 1, 8);
    prepared.put("width", request.path("width").asInt(3));
    prepared.put("least", request.path("least").asInt(1));
    return prepared;
  }

  @Override
  public Estimate estimate(ObjectNode prepared) {
    return new Estimate(3, 100, 5);
  }

  @Override
  public Plan next(Run run) {
    return program.apply(run);
  }

  @Override
  public List<String> refuseInput(Run run, String id, JsonNode value) {
    return value.isTextual() ? List.of() : List.of("a text is expected");
  }

  public static StepSpec ask(String id, Run run) {
    return ask(id, Prompt.of("test/ask"), run);
  }

  private static StepSpec ask(String id, Prompt prompt, Run run) {
    return StepSpec.of(
        id, "step", id, CommonRequest.models(run.request()).get(0), prompt, Map.of());
  }

  private static Plan chain(Run run) {
    String before = "";
    for (String id : List.of("a", "b", "c")) {
      if (!run.isOver(id)) {
        Prompt prompt = Prompt.of("test/ask");
        return Plan.run(ask(id, before.isEmpty() ? prompt : prompt.output("earlier", before), run));
      }
      if (run.output(id).isEmpty()) {
        return Plan.giveUp("step " + id + ": " + run.step(id).orElseThrow().reason());
      }
      before = id;
    }
    return Plan.answer(run.output("c").orElseThrow());
  }

  private static Plan vote(Run run) {
    List<StepSpec> voters = new ArrayList<>();
    for (int i = 1; i <= run.request().path("width").asInt(); i++) {
      voters.add(ask("v" + i, run));
    }
    List<StepRecord> heard = run.steps(step -> !step.output().isEmpty() && !step.id().equals("z"));
    if (run.exhausted() && !run.steps(step -> !step.isOver()).isEmpty()) {
      return Plan.waiting();
    }
    if (!run.exhausted() && !voters.stream().allMatch(voter -> run.isOver(voter.id()))) {
      return Plan.run(voters);
    }
    if (run.decision("vote").isEmpty()) {
      return heard.size() < run.request().path("least").asInt()
          ? Plan.giveUp("too few answers: " + heard.size())
          : Plan.decide(tally(heard));
    }
    String chosen = run.decision("vote").orElseThrow().chosen();
    if (run.exhausted()) {
      return Plan.answer(chosen, List.of("the budget was used up"));
    }
    if (!run.isOver("z")) {
      List<Prompt.Item> items =
          heard.stream().map(step -> Prompt.Item.whole("Answer", step.id())).toList();
      return Plan.run(ask("z", Prompt.of("test/ask").list("all", items), run));
    }
    return Plan.answer(chosen + ": " + run.output("z").orElse("without words"));
  }

  private static Decision tally(List<StepRecord> heard) {
    Map<String, Double> tally = new java.util.TreeMap<>();
    heard.forEach(step -> tally.merge(step.output(), 1.0, Double::sum));
    Map.Entry<String, Double> best =
        java.util.Collections.max(tally.entrySet(), Map.Entry.comparingByValue());
    return new Decision(
        "vote",
        "majority",
        best.getKey(),
        tally,
        List.of(),
        best.getValue() / heard.size(),
        JsonNodeFactory.instance.objectNode());
  }

  private static Plan approved(Run run) {
    if (run.output("draft").isEmpty()) {
      return Plan.run(ask("draft", run));
    }
    if (run.input("ok").isEmpty()) {
      return Plan.ask(
          new InputRequest(
              "ok",
              "Is this right?",
              JsonNodeFactory.instance.textNode(run.output("draft").orElseThrow())));
    }
    return run.output("final").isEmpty()
        ? Plan.run(ask("final", Prompt.of("test/ask").output("earlier", "draft"), run))
        : Plan.answer(
            run.input("ok").orElseThrow().asText() + " " + run.output("final").orElseThrow());
  }

  private static Plan first(Run run) {
    for (String id : List.of("a", "b")) {
      if (run.output(id).isPresent()) {
        return run.isOver("z")
            ? Plan.answer(run.output(id).orElseThrow())
            : Plan.run(ask("z", run)).skipping(List.of("a", "b"));
      }
    }
    return Plan.run(ask("a", run), ask("b", run));
  }

  private static Plan outside(Run run) {
    return run.isOver("task")
        ? Plan.answer(run.output("task").orElse("none"))
        : Plan.run(ask("task", run).outside());
  }
}
