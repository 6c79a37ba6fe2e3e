package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.ModelInfo;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.ChatMessage;
import io.llmcluster.patterns.prompt.Prompts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plays a pattern to its end with scripted models, one answer at a time, as the interpreter would:
 * every step that is wanted is begun; then one of them ends; then the program is asked again. After
 * each event it is asked twice, and has to say the same.
 */
public final class Simulation {

  public static final ObjectMapper JSON = new ObjectMapper();

  /** What a scripted model does with a step. */
  @FunctionalInterface
  public interface Model {
    /** The output; null: the step fails for good. */
    @Nullable String answer(StepSpec step, List<ChatMessage> messages);
  }

  private final Pattern pattern;
  private final Model model;
  private final List<String> order = new ArrayList<>();
  private final Set<String> skipped = new LinkedHashSet<>();
  private Run run;
  private Plan.@Nullable End end;
  private @Nullable Plan waiting;
  private int calls;
  private int budget = Integer.MAX_VALUE;
  private boolean lastFirst;

  private Simulation(Pattern pattern, Run run, Model model) {
    this.pattern = pattern;
    this.run = run;
    this.model = model;
  }

  /** A simulation of a request as a client would send it. */
  public static Simulation of(Pattern pattern, String request, Cast cast, Model model) {
    return new Simulation(pattern, Run.of(pattern.prepare(object(request), cast)), model);
  }

  /** Running steps end in the opposite order of their beginning. */
  public Simulation lastFirst() {
    lastFirst = true;
    return this;
  }

  /** No more calls than that. */
  public Simulation budget(int modelCalls) {
    budget = modelCalls;
    return this;
  }

  /** Plays until the end, or until input is waited for. */
  public Simulation play() {
    for (int turn = 0; turn < 10_000; turn++) {
      Plan plan = pattern.next(run);
      if (!plan.equals(pattern.next(run))) {
        throw new AssertionError("the program says two things to one record: " + plan);
      }
      if (apply(plan)) {
        return this;
      }
    }
    throw new AssertionError("no end after 10000 turns; steps: " + order);
  }

  /** Answers what was asked for, and plays on. */
  public Simulation input(JsonNode value) {
    Plan asked = waiting;
    if (asked == null || asked.input() == null) {
      throw new AssertionError("nothing was asked for");
    }
    run = run.with(asked.input().id(), value);
    waiting = null;
    return play();
  }

  /** Somebody outside reports an external step as done, or as failed; plays on. */
  public Simulation report(String step, boolean done, String output) {
    StepRecord open = run.step(step).orElseThrow(() -> new AssertionError("no step " + step));
    run =
        run.with(
            done
                ? open.completed(1, output, 0, 0, 0, "stop", "outside")
                : open.failed(output, true, 0));
    return play();
  }

  /** True when there is nothing more to play. */
  private boolean apply(Plan plan) {
    for (String id : plan.skip()) {
      StepRecord step = run.steps().get(id);
      if (step != null && !step.isOver()) {
        run = run.with(step.skipped("not needed"));
        skipped.add(id);
      }
    }
    if (plan.end() != null) {
      end = plan.end();
      return true;
    }
    if (plan.decision() != null) {
      if (run.decision(plan.decision().id()).isPresent()) {
        throw new AssertionError("decided twice: " + plan.decision());
      }
      run = run.with(plan.decision());
      return false;
    }
    if (plan.input() != null && run.input(plan.input().id()).isEmpty()) {
      waiting = plan;
      return true;
    }
    for (StepSpec step : plan.steps()) {
      if (run.step(step.id()).isEmpty()) {
        if (run.exhausted()) {
          throw new AssertionError("a step without a budget: " + step.id());
        }
        if (calls == budget) {
          run = run.withoutBudget();
          return false;
        }
        calls++;
        order.add(step.id());
        run = run.with(StepRecord.begun(step));
      }
    }
    List<StepRecord> open = run.steps(step -> !step.isOver() && !step.spec().external());
    if (open.isEmpty() && !run.steps(step -> !step.isOver()).isEmpty()) {
      return true;
    }
    if (open.isEmpty()) {
      throw new AssertionError("nothing runs and nothing is wanted; steps: " + order);
    }
    StepRecord next = open.get(lastFirst ? open.size() - 1 : 0);
    List<ChatMessage> messages = Prompts.render(next.spec().prompt(), run);
    String output = model.answer(next.spec(), messages);
    run =
        run.with(
            output == null
                ? next.failed("scripted failure", true, 0)
                : next.completed(next.attempt(), output, 10, 20, 5, "stop", "node"));
    return false;
  }

  /** The recorded run. */
  public Run run() {
    return run;
  }

  /** Ids of the steps in the order in which they were begun. */
  public List<String> order() {
    return order;
  }

  /** Ids of running steps that were dropped. */
  public Set<String> skipped() {
    return skipped;
  }

  /** What is being asked of a person. */
  public Plan waiting() {
    if (waiting == null) {
      throw new AssertionError("nothing is asked; end: " + end);
    }
    return waiting;
  }

  public Plan.End end() {
    if (end == null) {
      throw new AssertionError("not at the end; waiting: " + waiting);
    }
    return end;
  }

  public Plan.End.Answered answered() {
    if (end() instanceof Plan.End.Answered answered) {
      return answered;
    }
    throw new AssertionError("no answer: " + end);
  }

  /** What the pattern adds to the public view. */
  public ObjectNode described() {
    ObjectNode view = JSON.createObjectNode();
    pattern.describe(run, view);
    return view;
  }

  public static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  /** A cast of loaded chat models of 1, 2, 3, ... billion parameters, without agents. */
  public static Cast cast(String... models) {
    return cast(Map.of(), models);
  }

  public static Cast cast(Map<String, Agent> agents, String... models) {
    List<ModelInfo> infos = new ArrayList<>();
    Stream.of(models)
        .forEach(
            name ->
                infos.add(
                    new ModelInfo(name, "llama", infos.size() + 1, List.of("completion"), 1, 1)));
    return new Cast(infos, agents);
  }
}
