package io.llmcluster.patterns.structured;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.debate.Script;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A limit that is meant for what people read does not cut JSON in its middle. */
class RoomTest {

  /** The limits of the steps of a kind. */
  private static List<Object> limits(
      Pattern pattern, String request, Simulation.Model model, Predicate<StepSpec> which) {
    List<Object> limits = new ArrayList<>();
    Simulation.of(
            pattern,
            request,
            Simulation.cast(Agents.DEFAULT, "a", "b", "c", "big"),
            (step, messages) -> {
              if (which.test(step)) {
                limits.add(step.options().getOrDefault("num_predict", "none"));
              }
              return model.answer(step, messages);
            })
        .play();
    return limits;
  }

  private static String debate(long limit) {
    return "{'prompt':'How many?','models':['a','b','c'],'answers':'number','rounds':2,"
        + "'stopWhen':['judge'],'options':{'num_predict':"
        + limit
        + "}}";
  }

  @ParameterizedTest
  @CsvSource({"32,512", "511,512", "700,700", "-1,-1", "-2,-2", "0,0"})
  void debaters_and_their_judges_have_room_for_their_form(long asked, long limit) {
    Script script = Script.answering("18/0.3", "19/0.2", "20/0.1");
    List<Object> limits =
        limits(new Debate(), debate(asked), script, step -> step.schema() != null);
    assertThat(limits).hasSizeGreaterThan(6).containsOnly(limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"select", "ranked", "judge", "panel"})
  void judges_of_an_ensemble_have_it_and_candidates_end_where_the_request_says(String rule) {
    String request =
        "{'prompt':'Write.','models':['a','b','c'],'options':{'num_predict':32},'rule':'"
            + rule
            + "'}";
    Simulation.Model model =
        (step, messages) -> step.schema() == null ? "text of " + step.model() : "no form at all";
    assertThat(limits(new EnsemblePattern(), request, model, step -> step.schema() != null))
        .isNotEmpty()
        .containsOnly(512L);
    assertThat(limits(new EnsemblePattern(), request, model, step -> step.schema() == null))
        .isNotEmpty()
        .containsOnly(32L);
  }

  @Test
  void a_step_that_has_no_limit_gets_none() {
    StepSpec step = StepSpec.of("s", "judge", "judge", "m", Prompt.of("debate/judge"), Map.of());
    assertThat(step.matching("debate-verdict").options()).isEmpty();
  }
}
