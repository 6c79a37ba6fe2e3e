package io.llmcluster.patterns.debate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.testkit.Simulation;
import org.junit.jupiter.api.Test;

/** The way through a debate, on questions that have a number for an answer. */
class DebateTest {

  private static final Cast CAST = Simulation.cast("a", "b", "c", "big");

  private static Simulation debate(String parameters, Script script) {
    String request =
        "{'prompt':'How many apples are there?','models':['a','b','c'],'answers':'number'"
            + parameters
            + "}";
    return Simulation.of(new Debate(), request, CAST, script).play();
  }

  private static Decision verdict(Simulation simulation) {
    return simulation.run().decision(Verdict.ID).orElseThrow();
  }

  @Test
  void unanimous_first_answers_are_not_debated() {
    Simulation done = debate("", Script.answering("18/0.3", "18.0/0.2", "18/0.1"));
    assertThat(done.answered()).isEqualTo(new Plan.End.Answered("18", false, java.util.List.of()));
    assertThat(done.order()).containsExactly("first/debater1", "first/debater2", "first/debater3");
    assertThat(verdict(done).rule()).isEqualTo("unanimity");
    assertThat(verdict(done).agreement()).isEqualTo(1);
  }

  @Test
  void a_majority_that_is_sure_enough_is_not_debated_and_the_threshold_is_a_parameter() {
    Script script = Script.answering("18/0.95", "18/0.95", "20/0.3");
    assertThat(debate("", script).order()).hasSize(3);
    assertThat(debate(",'gate':0.95", script).order()).hasSize(6);
  }

  @Test
  void one_voice_that_is_sure_of_itself_is_no_majority() {
    Script script = Script.answering("18/1.0", "19/0.1", "20/0.1");
    assertThat(debate("", script).order()).contains("round1/debater1");
  }

  @Test
  void a_critique_shows_the_others_without_names_and_never_ones_own_among_them() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9");
    debate("", script);
    String heard = script.heard("round1/debater2");
    assertThat(heard).contains("My answer: 19").contains("answer A: ").contains("answer B: ");
    assertThat(heard).contains("it is surely 18").contains("it is surely 20");
    assertThat(heard)
        .doesNotContain("answer C")
        .doesNotContain("debater")
        .doesNotContain(": 19\nr");
    assertThat(heard.split("answer [AB]: 19")).hasSize(1);
  }

  @Test
  void the_seed_shuffles_what_is_shown() {
    long orders =
        java.util.stream.LongStream.range(0, 20)
            .mapToObj(
                seed -> {
                  Script script = Script.answering("18/0.9", "19/0.9", "20/0.9");
                  debate(",'seed':" + seed, script);
                  return script.heard("round1/debater1").contains("answer A: 19");
                })
            .distinct()
            .count();
    assertThat(orders).isEqualTo(2);
  }

  @Test
  void a_debater_that_names_an_error_changes_its_answer() {
    Script script =
        Script.answering("18/0.9", "19/0.9", "20/0.9")
            .changes("round1/debater2", "18", "12 + 6 is not 19")
            .changes("round1/debater3", "18", "I counted the pears");
    Simulation done = debate("", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    ObjectNode flips = (ObjectNode) done.described().path("flips");
    assertThat(flips.path("rightKept").asInt()).isEqualTo(1);
    assertThat(flips.path("wrongCorrected").asInt()).isEqualTo(2);
    assertThat(flips.at("/changes/0/from").asText()).isEqualTo("19");
    assertThat(flips.at("/changes/0/to").asText()).isEqualTo("18");
    assertThat(flips.at("/changes/0/error").asText()).isEqualTo("12 + 6 is not 19");
  }

  @Test
  void a_change_without_a_named_error_does_not_count() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "None.")
            .changes("round1/debater2", "20", " ");
    Simulation done = debate("", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.described().at("/rounds/1/turns/0/what").asText()).isEqualTo("unfounded");
    assertThat(done.described().at("/rounds/1/turns/0/answer").asText()).isEqualTo("18");
    assertThat(done.described().at("/flips/changes")).isEmpty();
  }

  @Test
  void a_majority_that_flips_without_a_cited_error_does_not_count() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "it felt wrong")
            .changes("round1/debater2", "20", "it felt wrong");
    Simulation done = debate("", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(verdict(done).rule()).isEqualTo("regressionGuard");
    assertThat(done.described().at("/flips/rightFlipped").asInt()).isEqualTo(2);
    assertThat(script.asked("verdict/guard").model()).isEqualTo("big");
  }

  @Test
  void a_majority_that_flips_for_an_error_cited_word_for_word_counts() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "two are missing")
            .changes("round1/debater2", "20", "two are missing")
            .says(
                "verdict/guard",
                "{\"analysis\":\"x\",\"errorFound\":true,\"quote\":\"It is SURELY 18!\","
                    + "\"error\":\"two are missing\"}");
    Simulation done = debate("", script);
    assertThat(done.answered().answer()).isEqualTo("20");
    assertThat(verdict(done).rule()).isEqualTo("unanimity");
    assertThat(verdict(done).detail().at("/guard/upheld").asBoolean()).isTrue();
  }

  @Test
  void a_quote_that_nobody_said_is_asked_for_again_and_then_the_earlier_answer_stands() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "two are missing")
            .changes("round1/debater2", "20", "two are missing")
            .says(
                "verdict/guard",
                "{\"analysis\":\"x\",\"errorFound\":true,\"quote\":\"12+5=18\",\"error\":\"e\"}");
    Simulation done = debate("", script);
    assertThat(done.order()).contains("verdict/guard/repair1", "verdict/guard/repair2");
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.answered().degraded()).isTrue();
  }

  @Test
  void a_tie_of_closed_answers_goes_to_a_judge_that_did_not_debate() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9").chooses("verdict/judge", "19");
    Simulation done = debate("", script);
    assertThat(done.answered()).isEqualTo(new Plan.End.Answered("19", false, java.util.List.of()));
    assertThat(script.asked("verdict/judge").model()).isEqualTo("big");
    assertThat(script.asked("verdict/judge").options()).containsEntry("temperature", 0.0);
    assertThat(verdict(done).rule()).isEqualTo("judge");
    assertThat(verdict(done).dissent()).containsExactly("first/debater1", "first/debater3");
  }

  @Test
  void open_answers_go_to_the_judge() {
    Script script =
        Script.answering("red/0.9", "red/0.9", "blue/0.5").chooses("verdict/judge", "red");
    Simulation done = debate(",'answers':'open'", script);
    assertThat(done.answered().answer()).isEqualTo("red");
    assertThat(done.order()).contains("verdict/judge");
  }

  @Test
  void rounds_end_when_nobody_changes_and_go_on_when_that_is_no_reason() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9");
    assertThat(debate(",'rounds':3", script).order()).doesNotContain("round2/debater1");
    assertThat(debate(",'rounds':3,'stopWhen':['unanimity']", script).order())
        .contains("round2/debater1", "round3/debater3")
        .doesNotContain("round4/debater1");
  }

  @Test
  void rounds_end_when_all_are_at_one() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater3", "18", "oversight");
    Simulation done = debate(",'rounds':5", script);
    assertThat(done.order()).doesNotContain("round2/debater1");
    assertThat(done.run().decision("round1").orElseThrow().rule()).isEqualTo("unanimity");
  }

  @Test
  void rounds_end_when_the_judge_calls_it_settled() {
    Script script =
        Script.answering("18/0.9", "19/0.9", "20/0.9")
            .says("round2/settled", "{\"reason\":\"r\",\"settled\":true}");
    Simulation done = debate(",'rounds':5,'stopWhen':['judge']", script);
    assertThat(done.order()).contains("round1/settled", "round2/debater1");
    assertThat(done.order()).doesNotContain("round3/debater1");
    assertThat(done.run().decision("round2").orElseThrow().rule()).isEqualTo("judge");
  }

  @Test
  void a_round_that_would_leave_nothing_for_the_verdict_is_not_begun() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9");
    Simulation done = debate(",'budget':{'modelCalls':7}", script);
    assertThat(done.order()).doesNotContain("round1/debater1").contains("verdict/judge");
    assertThat(done.answered().degraded()).isTrue();
    assertThat(debate(",'budget':{'modelCalls':8}", script).order()).contains("round1/debater1");
  }

  @Test
  void in_a_ring_each_reads_its_two_neighbours() {
    Script script = Script.answering("1/0.9", "2/0.9", "3/0.9", "4/0.9");
    debate(",'debaters':4", script);
    assertThat(script.heard("round1/debater1"))
        .contains("surely 2", "surely 4")
        .doesNotContain("surely 3");
    debate(",'debaters':4,'topology':'full'", script);
    assertThat(script.heard("round1/debater1")).contains("surely 2", "surely 3", "surely 4");
  }

  @Test
  void advocates_and_critics_take_turns_and_agreement_can_be_asked_for() {
    Script script = Script.answering("1/0.9", "2/0.9", "3/0.9");
    debate(",'roles':'advocate/critic','agreementIntensity':0.9", script);
    assertThat(script.heard("round1/debater1")).contains("You are the advocate", "about 90% of");
    assertThat(script.heard("round1/debater2")).contains("You are the critic");
    debate("", script);
    assertThat(script.heard("round1/debater1")).doesNotContain("advocate").doesNotContain("% of");
  }

  @Test
  void a_person_may_approve_the_verdict() {
    Simulation asked = debate(",'approve':true", Script.answering("18/0.9", "18/0.9", "18/0.9"));
    assertThat(asked.waiting().input()).isNotNull();
    assertThat(
            java.util.Objects.requireNonNull(asked.waiting().input())
                .proposal()
                .path("answer")
                .asText())
        .isEqualTo("18");
    assertThat(asked.input(BooleanNode.TRUE).answered().answer()).isEqualTo("18");
  }

  @Test
  void a_person_may_replace_or_refuse_the_verdict() {
    Script script = Script.answering("18/0.9", "18/0.9", "18/0.9");
    Simulation replaced =
        debate(",'approve':true", script).input(Simulation.object("{'answer':'21'}"));
    assertThat(replaced.answered().answer()).isEqualTo("21");
    assertThat(replaced.answered().degraded()).isFalse();
    Simulation refused = debate(",'approve':true", script).input(BooleanNode.FALSE);
    assertThat(refused.end()).isInstanceOf(Plan.End.GaveUp.class);
  }

  @Test
  void what_a_person_says_without_sense_approves_nothing() {
    Simulation asked = debate(",'approve':true", Script.answering("18/0.9", "18/0.9", "18/0.9"));
    asked.input(Simulation.object("{'aprove':true}"));
    assertThat(asked.waiting().input()).isNotNull();
    assertThat(java.util.Objects.requireNonNull(asked.waiting().input()).id())
        .isEqualTo("verdict2");
    assertThat(asked.input(Simulation.object("{'approve':true}")).answered().answer())
        .isEqualTo("18");
  }

  @Test
  void the_order_in_which_answers_come_changes_nothing() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "oversight");
    Simulation first = debate(",'rounds':2", script);
    Simulation last =
        Simulation.of(
                new Debate(),
                "{'prompt':'How many apples are there?','models':['a','b','c'],"
                    + "'answers':'number','rounds':2}",
                CAST,
                script)
            .lastFirst()
            .play();
    assertThat(last.end()).isEqualTo(first.end());
    assertThat(last.described()).isEqualTo(first.described());
  }

  @Test
  void the_estimate_counts_the_calls_of_an_undisturbed_debate() {
    Debate debate = new Debate();
    ObjectNode request =
        Simulation.object("{'prompt':'p','models':['a','b','c','d'],'rounds':2,'answers':'open'}");
    ObjectNode prepared = debate.prepare(request, CAST);
    assertThat(debate.estimate(prepared).modelCalls()).isEqualTo(4 * 3 + 1);
  }
}
