package io.llmcluster.patterns.structured;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured.Outcome;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StructuredTest {

  private static final StepSpec STEP =
      StepSpec.of("a", "candidate", "a", "m", Prompt.of("x"), Map.of()).matching("text-answer");

  private final Run empty = Run.of(Simulation.object("{'prompt':'q'}"));

  private static Run completed(Run run, StepSpec step, String output) {
    return run.with(StepRecord.begun(step).completed(1, output, 1, 1, 1, "stop", "n"));
  }

  @Test
  void json_is_found_between_fences_and_words() {
    assertThat(JsonText.find("Sure! ```json\n{\"a\":{\"b\":1}}\n``` done {"))
        .hasValueSatisfying(json -> assertThat(json.at("/a/b").asInt()).isEqualTo(1));
    assertThat(JsonText.find("no { json } here")).isEmpty();
    assertThat(JsonText.find("{".repeat(100_000))).isEmpty();
  }

  @Test
  void a_valid_output_is_taken_as_it_is() {
    Run run = completed(empty, STEP, "{\"answer\":\"42\"}");
    assertThat(Structured.of(STEP, run))
        .isInstanceOfSatisfying(
            Outcome.Valid.class,
            valid -> {
              assertThat(valid.value().path("answer").asText()).isEqualTo("42");
              assertThat(valid.repairs()).isZero();
            });
  }

  @Test
  void a_wrong_output_is_shown_again_with_the_checkers_words_and_given_up_after_two_repairs() {
    Run run = completed(empty, STEP, "{\"reasoning\":\"none\"}");
    StepSpec first = pending(run);
    assertThat(first.id()).isEqualTo("a/repair1");
    assertThat(first.prompt().values().get("errors")).contains("answer");
    run = completed(run, first, "still no");
    StepSpec second = pending(run);
    assertThat(second.id()).isEqualTo("a/repair2");
    assertThat(second.prompt().values().get("errors")).isEqualTo("no JSON object found");
    Run repaired = completed(run, second, "{\"answer\":\"x\"}");
    assertThat(Structured.of(STEP, repaired)).isInstanceOf(Outcome.Valid.class);
    Run hopeless = completed(run, second, "no");
    assertThat(Structured.of(STEP, hopeless))
        .isEqualTo(new Outcome.Invalid("no", "no JSON object found"));
  }

  private static StepSpec pending(Run run) {
    return ((Outcome.Pending) Structured.of(STEP, run)).step();
  }

  @Test
  void what_a_schema_cannot_say_is_checked_too() {
    Run run = completed(empty, STEP, "{\"answer\":\"x\"}");
    Outcome outcome = Structured.of(STEP, run, value -> List.of("answer: x (expected: y)"));
    assertThat(((Outcome.Pending) outcome).step().prompt().values().get("errors"))
        .isEqualTo("answer: x (expected: y)");
  }

  @Test
  void a_failed_step_is_invalid_without_a_repair() {
    Run run = empty.with(StepRecord.begun(STEP).failed("model 'm' not found", true, 0));
    assertThat(Structured.of(STEP, run)).isEqualTo(new Outcome.Invalid("", "model 'm' not found"));
  }
}
