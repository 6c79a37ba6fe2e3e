package io.llmcluster.patterns.ensemble;

import static io.llmcluster.patterns.ensemble.Play.NOBODY;
import static io.llmcluster.patterns.ensemble.Play.decision;
import static io.llmcluster.patterns.ensemble.Play.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VotingRulesTest {

  private static final String SUM = "What is 2 + 2?";

  @Test
  void a_closed_question_is_voted_on_and_stragglers_are_dropped_once_it_is_decided() {
    Simulation played =
        Play.of(request(SUM, ""), Map.of("m1", "Answer: 4", "m2", "4.0", "m3", "Answer: 5"), NOBODY)
            .play();
    assertThat(played.answered().answer()).isEqualTo("4");
    assertThat(played.answered().degraded()).isFalse();
    assertThat(played.skipped()).containsExactly("candidate/3.1");
    assertThat(decision(played, "majority").tally()).isEqualTo(Map.of("4", 2.0));
  }

  @Test
  void a_vote_that_is_not_certain_waits_and_tells_tally_dissent_and_agreement() {
    Map<String, String> says = Map.of("m1", "Answer: 4", "m2", "Answer: 5", "m3", "Answer: 4");
    Simulation played = Play.of(request(SUM, ""), says, NOBODY).play();
    assertThat(played.answered().answer()).isEqualTo("4");
    assertThat(played.skipped()).isEmpty();
    Decision decision = decision(played, "majority");
    assertThat(decision.tally()).isEqualTo(Map.of("4", 2.0, "5", 1.0));
    assertThat(decision.dissent()).containsExactly("candidate/2.1");
    assertThat(decision.agreement()).isEqualTo(2.0 / 3);
  }

  @Test
  void the_quorum_is_awaited_even_if_the_vote_is_certain() {
    Map<String, String> says = Map.of("m1", "4", "m2", "4", "m3", "4");
    Simulation played = Play.of(request(SUM, "'quorum':'all'"), says, NOBODY).play();
    assertThat(played.skipped()).isEmpty();
    assertThat(decision(played, "majority").agreement()).isEqualTo(1);
  }

  @Test
  void an_answer_that_cannot_be_read_weighs_nothing() {
    Map<String, String> says = Map.of("m1", "who knows", "m2", "Answer: 5", "m3", "Answer: 5");
    Simulation played = Play.of(request(SUM, ""), says, NOBODY).play();
    assertThat(played.answered().answer()).isEqualTo("5");
    assertThat(decision(played, "majority").agreement()).isEqualTo(1);
  }

  @Test
  void one_sure_voice_outweighs_two_unsure_ones_when_weighted() {
    Map<String, String> says =
        Map.of(
            "m1", "Answer: 4\nConfidence: 1",
            "m2", "Answer: 5\nConfidence: 0.7",
            "m3", "Answer: 5\nConfidence: 0.5");
    Simulation played = Play.of(request(SUM, "'rule':'weighted'"), says, NOBODY).play();
    assertThat(played.answered().answer()).isEqualTo("4");
    assertThat(decision(played, "weighted").tally()).isEqualTo(Map.of("4", 1.0, "5", 0.4));
  }

  @Test
  void a_recorded_vote_is_counted_again_by_another_rule_without_a_call() {
    Map<String, String> says =
        Map.of(
            "m1", "Answer: 4\nConfidence: 1",
            "m2", "Answer: 5\nConfidence: 0.7",
            "m3", "Answer: 5\nConfidence: 0.5");
    Run recorded = Play.of(request(SUM, ""), says, NOBODY).play().run();
    ObjectNode other = recorded.request().deepCopy();
    other.put("rule", "weighted");
    Run again = recorded.asking(other);
    Plan plan = Play.ENSEMBLE.next(again);
    assertThat(plan.steps()).isEmpty();
    Decision decision = java.util.Objects.requireNonNull(plan.decision());
    assertThat(decision.chosen()).isEqualTo("4");
    assertThat(Play.ENSEMBLE.next(again.with(decision)).end()).isEqualTo(Plan.answer("4").end());
  }

  @Test
  void a_record_without_a_budget_is_decided_again_by_every_rule_without_a_call() {
    Map<String, String> says = Map.of("m1", "Answer: 4", "m2", "Answer: 5", "m3", "Answer: 4");
    Run recorded = Play.of(request(SUM, ""), says, NOBODY).play().run();
    for (Rule rule : Rule.values()) {
      ObjectNode other = recorded.request().deepCopy();
      other.put("rule", rule.wire());
      Run again = recorded.asking(other).withoutBudget();
      Plan plan = Play.ENSEMBLE.next(again);
      if (plan.decision() != null) {
        assertThat(plan.steps()).isEmpty();
        plan = Play.ENSEMBLE.next(again.with(plan.decision()));
      }
      assertThat(plan.end()).as(rule.wire()).isInstanceOf(Plan.End.Answered.class);
    }
  }

  @Test
  void a_tie_goes_to_a_judge_that_is_no_candidate() {
    Map<String, String> says = Map.of("m1", "4", "m2", "5", "m3", "hm");
    Simulation played =
        Play.of(
                request(SUM, ""),
                says,
                (step, messages) -> {
                  assertThat(step.model()).isEqualTo("big");
                  String shown = messages.get(messages.size() - 1).content();
                  boolean fourIsA = shown.contains("# Answer A\n4");
                  return "{\"choice\":\"" + (fourIsA ? "A" : "B") + "\"}";
                })
            .play();
    assertThat(played.order()).contains("tiebreak/majority");
    assertThat(played.answered().answer()).isEqualTo("4");
    assertThat(decision(played, "majority").detail().path("tieBreak").asText()).isEqualTo("judge");
  }

  @Test
  void a_judge_that_names_nobody_leaves_the_tie_to_the_seed_and_the_answer_says_so() {
    Map<String, String> says = Map.of("m1", "4", "m2", "5", "m3", "hm");
    Simulation played =
        Play.of(request(SUM, ""), says, (step, messages) -> "{\"choice\":\"Z\"}").play();
    assertThat(played.order())
        .contains("tiebreak/majority", "tiebreak/majority/repair1", "tiebreak/majority/repair2");
    assertThat(played.answered().answer()).isIn("4", "5");
    assertThat(played.answered().notes())
        .singleElement()
        .asString()
        .startsWith("tie broken by the seed: choice: Z (expected: one of A, B)");
  }

  @Test
  void a_seeded_tie_break_asks_nobody_and_is_drawn_by_the_seed() {
    Map<String, String> says = Map.of("m1", "4", "m2", "5");
    java.util.Set<String> drawn = new java.util.HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      String fields = "'tieBreak':'seeded','seed':" + seed;
      Simulation played = Play.of(request(SUM, fields), says, NOBODY).play();
      assertThat(played.answered().degraded()).isFalse();
      drawn.add(played.answered().answer());
    }
    assertThat(drawn).containsExactlyInAnyOrder("4", "5");
  }

  @Test
  void below_the_quorum_the_answer_is_degraded_or_there_is_none_as_asked() {
    Map<String, String> says = Map.of("m3", "Answer: 4");
    Simulation degraded = Play.of(request(SUM, ""), says, NOBODY).play();
    assertThat(degraded.answered().answer()).isEqualTo("4");
    assertThat(degraded.answered().notes())
        .containsExactly(
            "1 of 3 candidates gave an answer that can be used (expected: at least 2)");
    Simulation failed = Play.of(request(SUM, "'onQuorumMiss':'fail'"), says, NOBODY).play();
    assertThat(failed.end()).isInstanceOf(Plan.End.GaveUp.class);
    assertThat(failed.skipped()).containsExactly("candidate/3.1");
  }

  @Test
  void a_share_below_the_asked_one_is_told_or_ends_the_run() {
    Map<String, String> says = Map.of("m1", "4", "m2", "4", "m3", "5");
    String fields = "'minVoteShare':0.9";
    Simulation told = Play.of(request(SUM, fields), says, NOBODY).play();
    assertThat(told.answered().answer()).isEqualTo("4");
    assertThat(told.answered().notes()).singleElement().asString().contains("at least 0.9");
    fields += ",'onQuorumMiss':'fail'";
    assertThat(Play.of(request(SUM, fields), says, NOBODY).play().end())
        .isInstanceOf(Plan.End.GaveUp.class);
  }

  @Test
  void when_nothing_can_be_read_one_answer_is_selected_and_the_result_says_so() {
    Map<String, String> says = Map.of("m1", "hm", "m2", "well", "m3", "so");
    Simulation played =
        Play.of(request(SUM, ""), says, (step, messages) -> "{\"choice\":\"A\"}").play();
    assertThat(played.answered().answer()).isIn("hm", "well", "so");
    assertThat(played.answered().degraded()).isTrue();
  }

  @Test
  void choices_are_answered_as_the_request_writes_them() {
    String choices = "'answers':['Red','Dark blue']";
    Map<String, String> says = Map.of("m1", "dark BLUE!", "m2", "Answer: Dark blue", "m3", "red");
    Simulation played = Play.of(request("Which?", choices), says, NOBODY).play();
    assertThat(played.answered().answer()).isEqualTo("Dark blue");
  }

  @Test
  void short_answers_to_an_open_question_can_be_voted_on_if_asked_for() {
    String fields = "'answers':'open','rule':'majority'";
    Map<String, String> says = Map.of("m1", "Paris.", "m2", "Answer: paris", "m3", "Lyon");
    Simulation played = Play.of(request("Capital?", fields), says, NOBODY).play();
    assertThat(played.answered().answer()).isEqualTo("Paris.");
  }
}
