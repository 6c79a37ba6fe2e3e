package io.llmcluster.patterns.structured;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A step whose output has to match its schema. What does not is shown to the model again after all
 * that the step was told, with the checker's words, at most {@link #REPAIRS} times; each of these
 * repairs is a step of its own ({@code ID/repair1}), so it is recorded, paid for and not repeated
 * after a crash.
 */
public final class Structured {

  /** Repair turns for one output. */
  public static final int REPAIRS = 2;

  private Structured() {}

  /** How a structured output stands. */
  public sealed interface Outcome {

    /** A step is to be run, or is running. */
    record Pending(StepSpec step) implements Outcome {}

    /**
     * It matches.
     *
     * @param value what it says
     * @param step in whose output it stands
     * @param repairs how many it took
     */
    record Valid(JsonNode value, String step, int repairs) implements Outcome {}

    /**
     * It never matched; the pattern takes its fallback.
     *
     * @param text what the model said last; empty if it said nothing
     * @param reason why it was refused
     */
    record Invalid(String text, String reason) implements Outcome {}
  }

  /** How the output of the step stands, by its schema alone. */
  public static Outcome of(StepSpec step, Run run) {
    return of(step, run, value -> List.of());
  }

  /**
   * How the output of the step stands.
   *
   * @param check what a schema cannot say, for example that a plan has no cycle; one line for each
   *     error
   */
  public static Outcome of(StepSpec step, Run run, Function<JsonNode, List<String>> check) {
    StepSpec current = step;
    for (int repair = 0; ; repair++) {
      Optional<StepRecord> record = run.step(current.id());
      if (record.isEmpty() || !record.get().isOver()) {
        return new Outcome.Pending(current);
      }
      if (!record.get().is(StepRecord.Status.COMPLETED)) {
        return new Outcome.Invalid(lastText(step, repair, run), record.get().reason());
      }
      String output = record.get().output();
      Optional<JsonNode> value = JsonText.find(output);
      List<String> errors = value.map(json -> errors(step, json, check)).orElse(NO_JSON);
      if (errors.isEmpty() && value.isPresent()) {
        return new Outcome.Valid(value.get(), current.id(), repair);
      }
      if (repair == REPAIRS || run.exhausted()) {
        return new Outcome.Invalid(output, String.join("; ", errors));
      }
      current = repair(step, current.id(), repair + 1, errors);
    }
  }

  private static final List<String> NO_JSON = List.of("no JSON object found");

  private static List<String> errors(
      StepSpec step, JsonNode value, Function<JsonNode, List<String>> check) {
    String schema = step.schema();
    List<String> errors = schema == null ? List.of() : Schemas.errors(schema, value);
    return errors.isEmpty() ? check.apply(value) : errors;
  }

  private static StepSpec repair(StepSpec step, String wrong, int number, List<String> errors) {
    Prompt told =
        Prompt.of("structured/repair")
            .following(step.id())
            .output("wrong", wrong)
            .value("errors", String.join("\n", errors));
    String schema = step.schema();
    Prompt prompt =
        schema == null
            ? told.value("schema", "")
            : told.place("schema", new Place.OfSchema(schema));
    return new StepSpec(
        step.id() + "/repair" + number,
        "repair",
        step.lane(),
        step.model(),
        prompt,
        step.options(),
        step.schema(),
        step.retries(),
        step.deadlineSeconds(),
        step.nodes(),
        false);
  }

  private static String lastText(StepSpec step, int failedRepair, Run run) {
    if (failedRepair == 0) {
      return "";
    }
    String before = failedRepair == 1 ? step.id() : step.id() + "/repair" + (failedRepair - 1);
    return run.output(before).orElse("");
  }
}
