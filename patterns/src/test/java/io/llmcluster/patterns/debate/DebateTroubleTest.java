package io.llmcluster.patterns.debate;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debates with models that fail, ramble or lie, and budgets that end anywhere. */
class DebateTroubleTest {

  private static final Cast CAST = Simulation.cast("a", "b", "c", "big");

  private static Simulation debate(String parameters, Simulation.Model model) {
    return start(parameters, model).play();
  }

  private static Simulation start(String parameters, Simulation.Model model) {
    String request =
        "{'prompt':'How many apples are there?','models':['a','b','c'],'answers':'number'"
            + parameters
            + "}";
    return Simulation.of(new Debate(), request, CAST, model);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no idea",
        "{}",
        "[1,2]",
        "{\"answer\":{},\"reasoning\":[],\"confidence\":\"high\"}",
        "{\"reasoning\":\"\",\"answer\":\"many\",\"confidence\":0.9}",
        "{\"Begr\u00fcndung\":\"so\",\"Antwort\":\"18\",\"Sicherheit\":0.9}",
        "{\"\u7b54\u3048\":\"18\"}",
        "{\"reasoning\":\"\",\"answer\":\"18\",\"confidence\":1e9}",
        "{\"keep\":true,\"reasoning\":\"\",\"confidence\":1}"
      })
  void a_debater_that_never_says_anything_usable_is_dropped_and_the_others_decide(String nonsense) {
    Script script =
        Script.answering("18/0.9", "18/0.9")
            .says("first/debater3", nonsense)
            .says("round1/debater3", nonsense);
    // the gate must not end it before the second failure
    Simulation done = debate(",'stopWhen':[]", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.answered().degraded()).isTrue();
    assertThat(done.answered().notes()).anyMatch(note -> note.startsWith("debater3 "));
  }

  @Test
  void endless_repetition_is_nonsense_too() {
    Script script =
        Script.answering("18/0.9", "18/0.9").says("first/debater3", "{\"a\":".repeat(20_000));
    assertThat(debate("", script).answered().answer()).isEqualTo("18");
  }

  @Test
  void a_debater_that_failed_once_may_still_answer_in_the_critique_round() {
    Script script =
        Script.answering("18/0.9", "20/0.9")
            .says("first/debater3", null)
            .changes("round1/debater3", "20", "");
    Simulation done = debate("", script);
    assertThat(script.heard("round1/debater3")).contains("I have not answered yet.");
    assertThat(done.answered()).isEqualTo(new Plan.End.Answered("20", false, java.util.List.of()));
  }

  @Test
  void a_debater_that_fails_twice_is_not_asked_again() {
    Script script =
        Script.answering("18/0.9", "20/0.9", "21/0.9")
            .says("round1/debater3", null)
            .says("round2/debater3", null);
    Simulation done = debate(",'rounds':3,'stopWhen':['unanimity']", script);
    assertThat(done.order()).contains("round2/debater3").doesNotContain("round3/debater3");
    assertThat(script.heard("round3/debater1")).doesNotContain("21");
    assertThat(done.described().at("/rounds/2/turns/2/dropped").asBoolean()).isTrue();
  }

  @Test
  void one_debater_that_alone_has_answered_answers_degraded() {
    Script script = Script.answering("18/0.9");
    for (String step : new String[] {"first/", "round1/"}) {
      script.says(step + "debater2", null).says(step + "debater3", null);
    }
    Simulation done = debate(",'rounds':3", script);
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.answered().degraded()).isTrue();
    assertThat(done.run().decision(Verdict.ID).orElseThrow().rule()).isEqualTo("single");
    assertThat(done.order()).doesNotContain("round2/debater1", "verdict/judge");
  }

  /** The first two are lost after they have answered. */
  private static Script losing(Script script) {
    for (String round : new String[] {"round1/", "round2/"}) {
      script.says(round + "debater1", null).says(round + "debater2", null);
    }
    return script;
  }

  @Test
  void below_two_debaters_a_vote_over_all_answers_decides() {
    Script script = losing(Script.answering("18/0.9", "18/0.9", "20/0.9"));
    Simulation done = debate(",'rounds':5,'stopWhen':['unanimity']", script);
    assertThat(done.order()).doesNotContain("round3/debater3", "verdict/judge", "verdict/guard");
    assertThat(done.answered().answer()).isEqualTo("18");
    assertThat(done.answered().notes())
        .containsExactly(
            "debater1 was dropped: it failed twice",
            "debater2 was dropped: it failed twice",
            "fewer than two debaters were left, so all answers count");
    Decision verdict = done.run().decision(Verdict.ID).orElseThrow();
    assertThat(verdict.rule()).isEqualTo("majority");
    assertThat(verdict.tally()).isEqualTo(Map.of("18", 2.0, "20", 1.0));
    assertThat(verdict.dissent()).containsExactly("first/debater3");
  }

  @Test
  void below_two_debaters_a_judge_sees_all_open_answers() {
    Script script =
        losing(Script.answering("red/0.5", "blue/0.5", "green/0.5"))
            .chooses("verdict/judge", "blue");
    Simulation done = debate(",'answers':'open','rounds':2,'stopWhen':['unanimity']", script);
    assertThat(done.answered().answer()).isEqualTo("blue");
    assertThat(done.answered().degraded()).isTrue();
  }

  @Test
  void without_any_debater_the_run_gives_up_and_says_why() {
    Simulation done = debate("", (step, messages) -> null);
    assertThat(done.end())
        .isEqualTo(new Plan.End.GaveUp("no debater answered; first/debater1: scripted failure"));
    assertThat(done.order()).hasSize(6);
  }

  @Test
  void words_in_the_wrong_form_are_better_than_none() {
    Simulation done = debate("", (step, messages) -> "It is eighteen, I think.");
    assertThat(done.answered().answer()).isEqualTo("It is eighteen, I think.");
    assertThat(done.answered().degraded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"reason\":\"r\",\"choice\":\"Z\"}", "{\"choice\":7}", "hm", ""})
  void a_judge_that_names_an_unknown_answer_is_asked_again_and_then_done_without(String said) {
    Script script = Script.answering("18/0.9", "19/0.95", "20/0.5").says("verdict/judge", said);
    script.says("round1/debater2", "{\"reasoning\":\"sure\",\"keep\":true,\"confidence\":1.0}");
    Simulation done = debate("", script);
    assertThat(done.order()).contains("verdict/judge/repair2");
    assertThat(done.answered().answer()).isEqualTo("19");
    assertThat(done.answered().degraded()).isTrue();
    assertThat(done.run().decision(Verdict.ID).orElseThrow().rule()).isEqualTo("confidence");
  }

  @Test
  void a_judge_that_is_gone_is_done_without() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9").says("verdict/judge", null);
    assertThat(debate("", script).answered().degraded()).isTrue();
  }

  @Test
  void a_judge_that_cannot_be_understood_stops_no_round() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9").says("round1/settled", "stop!");
    assertThat(debate(",'rounds':2,'stopWhen':['judge']", script).order())
        .contains("round2/debater1");
  }

  @Test
  void a_budget_that_ends_anywhere_ends_the_debate_properly() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "oversight")
            .changes("round2/debater2", "20", "oversight")
            .says("first/debater2", "what?");
    String parameters = ",'rounds':3,'stopWhen':['judge']";
    int all = debate(parameters, script).order().size();
    assertThat(all).isGreaterThan(12);
    for (int calls = 0; calls < all; calls++) {
      Simulation cut = start(parameters, script).budget(calls).play();
      if (calls == 0) {
        assertThat(cut.end()).isInstanceOf(Plan.End.GaveUp.class);
      } else if (cut.end() instanceof Plan.End.Answered answered) {
        assertThat(answered.degraded()).as("with %d calls", calls).isTrue();
        assertThat(answered.answer()).isIn("18", "20");
      } else {
        assertThat(cut.end()).isInstanceOf(Plan.End.GaveUp.class);
      }
      assertThat(cut.described().path("rounds").isArray()).isTrue();
    }
  }

  @Test
  void a_verdict_that_waits_for_a_person_does_not_outlive_its_budget() {
    Script script = Script.answering("18/0.9", "19/0.9", "20/0.9");
    Simulation cut = start(",'approve':true", script).budget(6).play();
    assertThat(cut.answered().degraded()).isTrue();
    assertThat(cut.answered().notes()).anyMatch(note -> note.contains("nobody approved"));
  }

  @Test
  void fewer_models_than_debaters_speak_for_several() {
    Simulation done =
        Simulation.of(
                new Debate(),
                "{'prompt':'How many?','answers':'number'}",
                Simulation.cast("only"),
                Script.answering("1/0.9", "2/0.9", "3/0.9"))
            .play();
    assertThat(done.order()).hasSize(7);
    assertThat(done.answered().degraded()).isFalse();
    assertThat(done.answered().notes())
        .containsExactly(
            "3 debaters speak through 1 model",
            "no model was there that did not debate; the judge is only");
  }
}
