package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.structured.JsonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts the texts of tasks into prompts: the long ones by their place in the plan, since several
 * steps of a task are told them. The place is in the output of the step that planned, which stays
 * as long as a step that reads it; decisions about plans come and go with what is made again. Only
 * a plan that a person wrote stands in its decision alone, and that one stays.
 */
final class TaskTexts {

  /** Characters of a text that takes no more bytes than a reference to it would. */
  private static final int SHORT = 64;

  /** As the plans of the patterns call their tasks. */
  private static final List<String> LISTS = List.of("tasks", "assignments");

  /** A plan, and how its texts are referred to. */
  private record Source(JsonNode plan, Function<String, Place> place) {}

  private final Run run;
  private final Map<Integer, Optional<Source>> sources = new HashMap<>();

  TaskTexts(Run run) {
    this.run = run;
  }

  /**
   * With a text of a task; without it, if it is blank.
   *
   * @param field of the task, and variable of the template
   */
  Prompt put(Prompt prompt, String field, String text, Task task) {
    if (text.isBlank()) {
      return prompt;
    }
    Optional<Place> place = text.length() <= SHORT ? Optional.empty() : place(task, field, text);
    return place
        .map(found -> prompt.place(field, found))
        .orElseGet(() -> prompt.value(field, text));
  }

  private Optional<Place> place(Task task, String field, String text) {
    Source source = sources.computeIfAbsent(task.generation(), this::source).orElse(null);
    if (source == null) {
      return Optional.empty();
    }
    for (String list : LISTS) {
      JsonNode tasks = source.plan().path(list);
      for (int i = 0; i < tasks.size(); i++) {
        if (text.equals(tasks.get(i).path(field).textValue())) {
          return Optional.of(source.place().apply("/" + list + "/" + i + "/" + field));
        }
      }
    }
    return Optional.empty(); // it was made out of what was planned
  }

  private Optional<Source> source(int generation) {
    Decision decision = run.decision(AcceptedPlan.decisionOf(generation)).orElse(null);
    if (decision == null) {
      return Optional.empty();
    }
    if (decision.rule().equals(AcceptedPlan.EDITED)) {
      return Optional.of(
          new Source(decision.detail(), pointer -> new Place.InDecision(decision.id(), pointer)));
    }
    String step = decision.chosen();
    return run.output(step)
        .flatMap(JsonText::find)
        .map(plan -> new Source(plan, pointer -> new Place.InOutput(step, pointer)));
  }
}
