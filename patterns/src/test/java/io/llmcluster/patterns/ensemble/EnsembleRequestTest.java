package io.llmcluster.patterns.ensemble;

import static io.llmcluster.patterns.testkit.Simulation.cast;
import static io.llmcluster.patterns.testkit.Simulation.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.ModelInfo;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.ChatMessage;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.vote.AnswerForm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnsembleRequestTest {

  private static final Cast FOUR = cast("m1", "m2", "m3", "m4");

  private static ObjectNode prepared(String request, Cast cast) {
    return Play.ENSEMBLE.prepare(object(request), cast);
  }

  private static EnsembleParams params(String request, Cast cast) {
    return EnsembleParams.of(prepared(request, cast));
  }

  @Test
  void everything_that_is_left_out_has_its_default() {
    EnsembleParams params = params("{'prompt':'Write a poem'}", FOUR);
    assertThat(params.models()).containsExactly("m3", "m2", "m1");
    assertThat(params.samplesPerModel()).isEqualTo(1);
    assertThat(params.temperature()).isEqualTo(0.7);
    assertThat(params.judgeTemperature()).isZero();
    assertThat(params.quorum()).isEqualTo(2);
    assertThat(params.failsBelowQuorum()).isFalse();
    assertThat(params.judgeBreaksTies()).isTrue();
    assertThat(params.minVoteShare()).isZero();
    assertThat(params.rule()).isEqualTo(Rule.SYNTHESIZE);
    assertThat(params.layers()).isEqualTo(1);
    assertThat(params.verify()).isFalse();
    assertThat(params.aggregator()).isEqualTo("m4");
    assertThat(params.judges()).containsExactly("m4", "m3", "m2");
    assertThat(params("{'prompt':'What is 1 + 1?'}", FOUR).rule()).isEqualTo(Rule.MAJORITY);
  }

  @Test
  void the_strongest_is_no_candidate_if_enough_others_are_there() {
    assertThat(params("{'prompt':'q','aggregator':'m2'}", FOUR).models())
        .containsExactly("m4", "m3", "m1");
    EnsembleParams few = params("{'prompt':'q'}", cast("m1", "m2", "m3"));
    assertThat(few.models()).containsExactly("m3", "m2", "m1");
    assertThat(few.aggregator()).isEqualTo("m3");
  }

  @Test
  void a_panel_is_of_several_and_of_no_candidates_if_it_can_be_helped() {
    Cast seven = cast("m1", "m2", "m3", "m4", "m5", "m6", "m7");
    EnsembleParams params = params("{'prompt':'q','rule':'panel'}", seven);
    assertThat(params.judges()).hasSize(3).doesNotContainAnyElementsOf(params.models());
    assertThat(params("{'prompt':'q','rule':'panel'}", FOUR).judges()).hasSize(3).contains("m4");
    assertThat(params("{'prompt':'q','rule':'panel'}", cast("only")).judges())
        .containsExactly("only");
  }

  @Test
  void models_in_memory_are_asked_before_stronger_ones() {
    List<ModelInfo> models =
        List.of(
            new ModelInfo("cold", "", 70, List.of(), 1, 0),
            new ModelInfo("colder", "", 60, List.of(), 1, 0),
            new ModelInfo("warm", "", 1, List.of(), 1, 1),
            new ModelInfo("warmer", "", 2, List.of(), 1, 1));
    EnsembleParams params = params("{'prompt':'q','voices':2}", new Cast(models, Map.of()));
    assertThat(params.models()).containsExactly("warmer", "warm");
    assertThat(params.aggregator()).isEqualTo("cold");
  }

  @Test
  void what_was_prepared_is_prepared_to_the_same_again() {
    ObjectNode once = prepared("{'prompt':'Is it? (yes/no)','quorum':'all','verify':true}", FOUR);
    ObjectNode twice = Play.ENSEMBLE.prepare(once, cast("other"));
    twice.put("modelsChosen", true);
    assertThat(twice).isEqualTo(once);
  }

  @Test
  void what_the_request_says_about_answers_goes_before_what_the_question_looks_like() {
    assertThat(params("{'prompt':'What is 1 + 1?','answers':'open'}", FOUR).rule())
        .isEqualTo(Rule.SYNTHESIZE);
    assertThat(params("{'prompt':'Nice?','answers':'yesno'}", FOUR).answers())
        .isEqualTo(AnswerForm.YES_NO);
  }

  @Test
  void fewer_models_than_wanted_answer_more_often_and_the_result_says_so() {
    Simulation played =
        Simulation.of(
                Play.ENSEMBLE, "{'prompt':'What is 1 + 1?'}", cast("only"), (step, told) -> "2")
            .play();
    assertThat(played.order()).containsExactly("candidate/1.1", "candidate/1.2", "candidate/1.3");
    assertThat(played.answered().notes()).containsExactly("models: 1 at hand (expected: 3)");
  }

  @Test
  void one_model_answers_several_times_in_mode_self_each_time_with_another_seed() {
    ObjectNode prepared = prepared("{'prompt':'q','mode':'self','options':{'seed':5}}", FOUR);
    assertThat(EnsembleParams.of(prepared).models()).containsExactly("m4");
    List<StepSpec> steps = Play.ENSEMBLE.next(Run.of(prepared)).steps();
    assertThat(steps).hasSize(3);
    assertThat(steps).extracting(step -> step.options().get("seed")).doesNotHaveDuplicates();
  }

  @Test
  void a_straggler_with_a_deadline_is_not_tried_again() {
    ObjectNode prepared = prepared("{'prompt':'q','stragglerDeadline':20}", FOUR);
    StepSpec step = Play.ENSEMBLE.next(Run.of(prepared)).steps().get(0);
    assertThat(step.deadlineSeconds()).isEqualTo(20);
    assertThat(step.retries()).isZero();
    StepSpec usual = Play.ENSEMBLE.next(Run.of(prepared("{'prompt':'q'}", FOUR))).steps().get(0);
    assertThat(usual.deadlineSeconds()).isEqualTo(StepSpec.DEADLINE_SECONDS);
    assertThat(usual.retries()).isEqualTo(StepSpec.RETRIES);
  }

  @Test
  void candidates_of_a_closed_question_are_told_how_to_end() {
    ObjectNode prepared = prepared("{'prompt':'Which?','answers':['x','y']}", FOUR);
    Run run = Run.of(prepared);
    String told =
        Prompts.render(Play.ENSEMBLE.next(run).steps().get(0).prompt(), run).get(1).content();
    assertThat(told).contains("Answer: exactly one of: x, y").contains("Confidence:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'rule':'best'|rule: best",
        "'samplesPerModel':0|samplesPerModel: 0",
        "'samplesPerModel':17|samplesPerModel: 17",
        "'temperature':3|temperature: 3",
        "'judgeTemperature':-1|judgeTemperature: -1",
        "'quorum':4|quorum: 4",
        "'quorum':'most'|quorum: most",
        "'onQuorumMiss':'retry'|onQuorumMiss: retry",
        "'stragglerDeadline':0|stragglerDeadline: 0",
        "'tieBreak':'coin'|tieBreak: coin",
        "'minVoteShare':1.5|minVoteShare: 1.5",
        "'minVoteShare':0.6|minVoteShare: 0.6 (expected: rule majority or weighted, not synthesize)",
        "'minVoteShare':0.6,'rule':'panel'|minVoteShare: 0.6 (expected: rule majority or weighted, not",
        "'mode':'BOTH'|mode: BOTH",
        "'mode':'SELF','models':['a','b']|models: 2 of them",
        "'models':['a','b','c','d','e','f','g','h','i']|models: [",
        "'voices':9|voices: 9",
        "'layers':4|layers: 4",
        "'rankedBy':'luck'|rankedBy: luck",
        "'verify':'yes'|verify: \"yes\"",
        "'answers':['a']|answers: [",
        "'judges':[1]|judges: 1",
        "'aggregator':7|aggregator: 7",
        "'rule':'judge','samplesPerModel':3|rule: judge"
      })
  void a_bad_parameter_is_refused_by_name_value_and_expectation(String field, String message) {
    assertThatThrownBy(() -> prepared("{\"prompt\":\"q\"," + field + "}", FOUR))
        .isInstanceOf(RefusedRequest.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void the_estimate_counts_the_calls_that_an_undisturbed_run_makes() {
    for (Rule rule : Rule.values()) {
      for (String more : List.of("", ",'verify':true", ",'samplesPerModel':2", ",'layers':3")) {
        String request = "{'prompt':'q','rule':'" + rule.wire() + "'" + more + "}";
        Simulation played =
            Simulation.of(Play.ENSEMBLE, request, FOUR, EnsembleRequestTest::different).play();
        assertThat(Play.ENSEMBLE.estimate(played.run().request()).modelCalls())
            .as(request)
            .isEqualTo(played.order().size());
        assertThat(played.answered().notes()).as(request).isEmpty();
      }
    }
  }

  /** Candidates agree in other words; of two, a judge prefers that whose words come first. */
  private static String different(StepSpec step, List<ChatMessage> told) {
    String shown = told.get(told.size() - 1).content();
    return switch (step.kind()) {
      case "candidate" -> step.lane() + " says\nAnswer: x";
      case "verify" -> "{\"correct\":true}";
      case "judge" ->
          "{\"choice\":\"A\",\"ranking\":[\"A\",\"B\",\"C\"],\"better\":\""
              + (after("# Answer A\n", shown).compareTo(after("# Answer B\n", shown)) < 0
                  ? "A"
                  : "B")
              + "\"}";
      default -> "written";
    };
  }

  private static String after(String heading, String shown) {
    return shown.substring(shown.indexOf(heading) + heading.length());
  }

  @Test
  void a_plan_names_no_step_twice() {
    Run run = Run.of(prepared("{'prompt':'q','samplesPerModel':4}", FOUR));
    Plan plan = Play.ENSEMBLE.next(run);
    assertThat(plan.steps()).extracting(StepSpec::id).doesNotHaveDuplicates().hasSize(12);
  }
}
