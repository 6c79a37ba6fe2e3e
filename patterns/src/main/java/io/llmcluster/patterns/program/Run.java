package io.llmcluster.patterns.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.StepRecord.Status;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What has been recorded of a run so far; all that a program may look at.
 *
 * @param request the prepared one
 * @param steps by id, in the order in which they were begun
 * @param decisions by id, in the order in which they were taken
 * @param inputs what was answered, by the id of the {@link InputRequest}
 * @param exhausted whether the budget is used up: no step will be begun any more, so a program has
 *     to end with what there is
 */
public record Run(
    ObjectNode request,
    Map<String, StepRecord> steps,
    Map<String, Decision> decisions,
    Map<String, JsonNode> inputs,
    boolean exhausted) {

  public Run {
    steps = Collections.unmodifiableMap(steps);
    decisions = Collections.unmodifiableMap(decisions);
    inputs = Collections.unmodifiableMap(inputs);
  }

  public static Run of(ObjectNode prepared) {
    return new Run(
        prepared, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), false);
  }

  public Optional<StepRecord> step(String id) {
    return Optional.ofNullable(steps.get(id));
  }

  /** The output of a completed step; empty if it is not completed. */
  public Optional<String> output(String id) {
    return step(id).filter(step -> step.is(Status.COMPLETED)).map(StepRecord::output);
  }

  public Optional<Decision> decision(String id) {
    return Optional.ofNullable(decisions.get(id));
  }

  public Optional<JsonNode> input(String id) {
    return Optional.ofNullable(inputs.get(id));
  }

  public boolean isOver(String id) {
    return step(id).filter(StepRecord::isOver).isPresent();
  }

  public List<StepRecord> steps(Predicate<StepRecord> which) {
    return steps.values().stream().filter(which).toList();
  }

  public Run with(StepRecord step) {
    return new Run(request, put(steps, step.id(), step), decisions, inputs, exhausted);
  }

  public Run with(Decision decision) {
    return new Run(request, steps, put(decisions, decision.id(), decision), inputs, exhausted);
  }

  public Run with(String inputId, JsonNode input) {
    return new Run(request, steps, decisions, put(inputs, inputId, input), exhausted);
  }

  public Run withoutBudget() {
    return new Run(request, steps, decisions, inputs, true);
  }

  public Run withBudget() {
    return new Run(request, steps, decisions, inputs, false);
  }

  /** The same record of the same request, a field of which says something else now. */
  public Run saying(ObjectNode now) {
    return new Run(now, steps, decisions, inputs, exhausted);
  }

  /** The same record of another request, for a fork. */
  public Run asking(ObjectNode other) {
    return new Run(other, steps, decisions, inputs, false);
  }

  /** Only what passes, for a retry or a fork. */
  public Run keeping(Predicate<StepRecord> which, Predicate<Decision> taken) {
    Map<String, StepRecord> kept = new LinkedHashMap<>();
    steps.values().stream().filter(which).forEach(step -> kept.put(step.id(), step));
    Map<String, Decision> decided = new LinkedHashMap<>();
    decisions.values().stream().filter(taken).forEach(one -> decided.put(one.id(), one));
    return new Run(request, kept, decided, inputs, exhausted);
  }

  /** Without what was said to some inputs, so that it is asked again. */
  public Run withoutInputs(Collection<String> ids) {
    Map<String, JsonNode> kept = new LinkedHashMap<>(inputs);
    kept.keySet().removeAll(ids);
    return new Run(request, steps, decisions, kept, exhausted);
  }

  private static <V> Map<String, V> put(Map<String, V> map, String key, V value) {
    Map<String, V> copy = new LinkedHashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
