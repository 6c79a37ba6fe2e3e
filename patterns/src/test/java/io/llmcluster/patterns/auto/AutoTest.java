package io.llmcluster.patterns.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.debate.Script;
import io.llmcluster.patterns.debate.Verdict;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoTest {

  private static final Cast CAST = Simulation.cast("a", "b", "c", "big");

  private static Simulation start(String parameters, Simulation.Model model) {
    String request =
        "{'prompt':'How many apples are there?','models':['a','b','c'],'answers':'number'"
            + parameters
            + "}";
    return Simulation.of(new Auto(), request, CAST, model);
  }

  private static Simulation auto(String parameters, Simulation.Model model) {
    return start(parameters, model).play();
  }

  private static List<String> climbs(Simulation done) {
    return done.described().path("climbs").findValuesAsText("to");
  }

  private static String rule(Simulation done) {
    return done.run().decision(Verdict.ID).orElseThrow().rule();
  }

  @Test
  void a_sure_answer_of_one_model_is_enough() {
    Simulation done = auto("", Script.answering("18/0.95"));
    assertThat(done.answered()).isEqualTo(new Plan.End.Answered("18", false, List.of()));
    assertThat(done.order()).containsExactly("first/debater1");
    assertThat(climbs(done)).isEmpty();
    assertThat(done.described().path("rung").asText()).isEqualTo("single");
  }

  @Test
  void an_unsure_answer_is_voted_on_and_counts_as_a_vote_itself() {
    Simulation done = auto("", Script.answering("18/0.5", "18/0.5", "18/0.5"));
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.order()).containsExactly("first/debater1", "first/debater2", "first/debater3");
    assertThat(climbs(done)).containsExactly("vote");
    JsonNode climb = done.described().at("/climbs/0");
    assertThat(climb.path("reason").asText()).isEqualTo("low confidence");
    assertThat(climb.path("confidence").asDouble()).isEqualTo(0.5);
    assertThat(climb.path("threshold").asDouble()).isEqualTo(0.9);
    assertThat(climb.at("/cost/modelCalls").asInt()).isEqualTo(1);
    assertThat(climb.at("/cost/tokens").asInt()).isEqualTo(30);
    assertThat(climb.at("/cost/nextModelCalls").asInt()).isEqualTo(2);
  }

  @Test
  void a_divided_vote_is_debated_over_the_same_answers() {
    Script script =
        Script.answering("18/0.5", "19/0.5", "18/0.5")
            .changes("round1/debater2", "18", "oversight");
    Simulation done = auto("", script);
    assertThat(done.answered()).isEqualTo(new Plan.End.Answered("18", false, List.of()));
    assertThat(climbs(done)).containsExactly("vote", "debate");
    assertThat(new HashSet<>(done.order())).hasSize(6);
    assertThat(done.described().at("/flips/wrongCorrected").asInt()).isEqualTo(1);
  }

  @Test
  void a_debate_that_stays_divided_goes_to_the_judge() {
    Script script = Script.answering("18/0.5", "19/0.5", "20/0.5").chooses("verdict/judge", "20");
    Simulation done = auto("", script);
    assertThat(done.answered()).isEqualTo(new Plan.End.Answered("20", false, List.of()));
    assertThat(climbs(done)).containsExactly("vote", "debate", "judge");
    assertThat(rule(done)).isEqualTo("judge");
    assertThat(done.described().path("rung").asText()).isEqualTo("judge");
    assertThat(script.asked("verdict/judge").model()).isEqualTo("big");
  }

  @Test
  void the_judge_cannot_overrule_an_earlier_majority_without_citing_its_error() {
    Script script = Script.answering("18/0.5", "18/0.5", "20/0.5").chooses("verdict/judge", "20");
    Simulation done = auto("", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(rule(done)).isEqualTo("regressionGuard");
  }

  @Test
  void the_ceiling_holds_it_down() {
    Script script = Script.answering("18/0.5", "18/0.5", "20/0.5");
    assertThat(auto(",'ceiling':'single'", script).order()).hasSize(1);
    Simulation voted = auto(",'ceiling':'vote'", script);
    assertThat(voted.order()).hasSize(3);
    assertThat(voted.answered().answer()).isEqualTo("18");
    assertThat(rule(voted)).isEqualTo("majority");
    Simulation debated = auto(",'ceiling':'debate'", script);
    assertThat(debated.order()).hasSize(6).doesNotContain("verdict/judge");
  }

  @Test
  void it_does_not_climb_to_what_the_budget_cannot_pay_for() {
    Script script = Script.answering("18/0.5", "18/0.5", "20/0.5");
    Simulation done = auto(",'budget':{'modelCalls':7}", script);
    assertThat(done.order()).hasSize(3);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.answered().degraded()).isTrue();
    assertThat(auto(",'budget':{'modelCalls':8}", script).order()).contains("round1/debater1");
  }

  @Test
  void a_first_model_that_is_gone_is_a_reason_to_climb() {
    Script script = Script.answering("18/0.9", "18/0.9", "18/0.9").says("first/debater1", null);
    Simulation done = auto("", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.described().at("/climbs/0/reason").asText()).isEqualTo("no answer");
  }

  @Test
  void without_any_answer_it_gives_up() {
    assertThat(auto("", (step, messages) -> null).end()).isInstanceOf(Plan.End.GaveUp.class);
    Simulation words = auto("", (step, messages) -> "eighteen?");
    assertThat(words.answered().answer()).isEqualTo("eighteen?");
    assertThat(words.answered().degraded()).isTrue();
  }

  @Test
  void a_budget_that_ends_anywhere_ends_it_properly() {
    Script script = Script.answering("18/0.5", "18/0.5", "20/0.5").chooses("verdict/judge", "20");
    assertThat(auto("", script).order()).hasSize(8);
    assertThat(start("", script).budget(0).play().end()).isInstanceOf(Plan.End.GaveUp.class);
    for (int calls = 1; calls < 8; calls++) {
      Simulation cut = start("", script).budget(calls).play();
      assertThat(cut.answered().answer()).as("with %d calls", calls).isEqualTo("18");
      assertThat(cut.answered().degraded()).isTrue();
      assertThat(cut.described().path("rounds")).isNotEmpty();
    }
  }

  @Test
  void a_budget_that_ends_among_repairs_ends_it_properly() {
    Script script = Script.answering("18/0.5", "19/0.5", "20/0.5").says("first/debater1", "what?");
    int all = auto("", script).order().size();
    assertThat(all).isGreaterThan(8);
    for (int calls = 0; calls <= all; calls++) {
      Simulation cut = start("", script).budget(calls).play();
      assertThat(cut.end()).isNotNull();
    }
  }

  @Test
  void the_estimate_is_the_first_rungs_and_the_worst_case_is_told() {
    Auto auto = new Auto();
    Simulation done = auto("", Script.answering("18/0.95"));
    assertThat(auto.estimate(done.run().request()).modelCalls()).isEqualTo(1);
    assertThat(done.described().at("/worstCase/modelCalls").asInt()).isEqualTo(7);
  }

  @Test
  void bad_parameters_are_refused_by_name() {
    assertThatThrownBy(() -> start(",'ceiling':'sky'", Script.answering()))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage("ceiling: sky (expected: one of debate, judge, single, vote)");
    assertThatThrownBy(() -> start(",'confidence':7", Script.answering()))
        .hasMessage("confidence: 7 (expected: a number from 0.0 to 1.0)");
    assertThatThrownBy(() -> start(",'rounds':7", Script.answering()))
        .hasMessageStartingWith("rounds: 7");
  }
}
