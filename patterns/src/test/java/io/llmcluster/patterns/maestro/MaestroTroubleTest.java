package io.llmcluster.patterns.maestro;

import static io.llmcluster.patterns.maestro.MaestroTest.ACCEPTED;
import static io.llmcluster.patterns.maestro.MaestroTest.ANALYSIS;
import static io.llmcluster.patterns.maestro.MaestroTest.SATISFIED;
import static io.llmcluster.patterns.maestro.MaestroTest.play;
import static io.llmcluster.patterns.maestro.MaestroTest.rejected;
import static io.llmcluster.patterns.maestro.MaestroTest.script;
import static io.llmcluster.patterns.maestro.MaestroTest.simulation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that talk nonsense, fail, repeat themselves or go round; budgets that end. */
class MaestroTroubleTest {

  private static final String AGAIN =
      """
      {"assignments": [
        {"id": "retry", "role": "Creative", "instruction": "another way", "dependsOn": [],
         "acceptance": "it is there"},
        {"id": "end", "role": "Code", "instruction": "write it", "dependsOn": ["retry"],
         "acceptance": "it compiles"}]}
      """;

  private static String assignment(String role, String dependsOn) {
    return "{\"complexity\":\"complex\",\"assignments\":[{\"id\":\"a\",\"role\":\""
        + role
        + "\",\"instruction\":\"i\",\"dependsOn\":["
        + dependsOn
        + "],\"acceptance\":\"c\"}]}";
  }

  /** Two assignments by their ids and what each needs. */
  private static String two(String one, String needed, String other, String neededToo) {
    return "{\"complexity\":\"complex\",\"assignments\":["
        + inCode(one, needed)
        + ","
        + inCode(other, neededToo)
        + "]}";
  }

  private static String inCode(String id, String needed) {
    return "{\"id\":\""
        + id
        + "\",\"role\":\"Code\",\"instruction\":\"i\",\"dependsOn\":["
        + needed
        + "],\"acceptance\":\"c\"}";
  }

  @Test
  void an_analysis_of_no_use_ends_in_a_direct_answer_that_is_flagged() {
    for (String nonsense :
        List.of(
            "",
            "no",
            "{}",
            "{\"complexity\":\"complex\",\"assignments\":[]}",
            "{\"complexity\":\"huge\",\"assignments\":[]}",
            assignment("Poet", ""),
            assignment("Code", "\"a\""),
            assignment("Code", "\"zz\""),
            two("a", "\"b\"", "b", "\"a\""),
            two("a", "", "a", ""),
            two("a b", "", "", ""),
            "{\"Komplexit\u00e4t\":\"hoch\",\"Auftr\u00e4ge\":[{\"Rolle\":\"Code\"}]}",
            "{\"complexity\":\"komplex\",\"assignments\":[{\"instruction\":\"tu es\"}]}",
            "\u7c21\u5358\u3067\u3059\u3002",
            "{\"complexity\":[],\"assignments\":{\"a\":1}}",
            "la ".repeat(50_000))) {
      Script script =
          new Script()
              .say("analysis", nonsense)
              .say("analysis/repair1", nonsense)
              .say("analysis/repair2", nonsense);
      Simulation simulation = play(script, "");
      assertThat(simulation.order())
          .containsExactly("analysis", "analysis/repair1", "analysis/repair2", "answer");
      assertThat(simulation.answered().answer()).isEqualTo("result of answer");
      assertThat(simulation.answered().notes())
          .singleElement()
          .asString()
          .startsWith("the analysis could not be used, answered directly: ");
    }
  }

  @Test
  void an_unknown_role_is_told_with_the_known_ones() {
    Script script =
        script().say("analysis", assignment("Poet", "")).say("analysis/repair1", ANALYSIS);
    assertThat(play(script, "").answered().degraded()).isFalse();
    assertThat(script.asked("analysis/repair1"))
        .contains("assignment a: role Poet (expected: one of Code, Creative, Reasoning, Research)");
  }

  @Test
  void a_cycle_and_an_id_given_twice_are_told_and_a_mended_plan_is_followed() {
    Script cycle =
        script()
            .say("analysis", two("a", "\"b\"", "b", "\"a\""))
            .say("analysis/repair1", two("a", "", "a", ""))
            .say("analysis/repair2", ANALYSIS);
    Simulation mended = play(cycle, "");
    assertThat(cycle.asked("analysis/repair1")).contains("task a: needs itself: a needs b needs a");
    assertThat(cycle.asked("analysis/repair2")).contains("task a: given twice");
    assertThat(mended.answered())
        .isEqualTo(new Plan.End.Answered("all [facts] [think] [code]", false, List.of()));
  }

  @Test
  void a_coordinator_that_is_gone_is_no_answer() {
    Script script = new Script().fail("analysis").fail("answer");
    assertThat(play(script, "").end())
        .isEqualTo(new Plan.End.GaveUp("no answer: scripted failure"));
  }

  @Test
  void a_failed_assignment_has_the_rest_planned_anew() {
    Script script =
        script()
            .fail("task/think")
            .say("replan1", AGAIN)
            .say("review/retry.1", ACCEPTED)
            .say("review/end.1", ACCEPTED);
    Simulation simulation = play(script, "");
    assertThat(simulation.order())
        .containsExactly(
            "analysis",
            "task/facts",
            "task/think",
            "review/facts",
            "replan1",
            "task/retry.1",
            "review/retry.1",
            "task/end.1",
            "review/end.1",
            "synthesis",
            "check");
    assertThat(script.asked("replan1"))
        .contains(
            "Accepted: [facts, Research]",
            "Assignment think (Reasoning: think) failed: scripted failure",
            "Assignment code (Code: write it) was not done");
    assertThat(simulation.answered().degraded()).isFalse();
    assertThat(simulation.described().at("/plan/replans").asInt()).isEqualTo(1);
  }

  @Test
  void without_replans_what_needs_a_failed_assignment_is_left_out() {
    Simulation simulation = play(script().fail("task/think"), ",'maxReplans':0");
    assertThat(simulation.answered().answer()).isEqualTo("result of task/facts");
    assertThat(simulation.answered().notes())
        .containsExactly(
            "assignment think (Reasoning) failed: scripted failure",
            "assignment code (Code) was not done");
  }

  @Test
  void two_assignments_in_a_row_that_come_to_nothing_are_a_stall() {
    Script script = script();
    for (String id : List.of("facts", "think")) {
      script.say("review/" + id, rejected("no")).say("review/" + id + "/rev1", rejected("no"));
    }
    script.say("replan1", AGAIN).say("review/retry.1", ACCEPTED).say("review/end.1", ACCEPTED);
    Simulation replanned = play(script, "");
    assertThat(replanned.order()).contains("replan1").doesNotContain("task/code");
    assertThat(script.asked("replan1")).contains("was rejected: no");
    assertThat(replanned.answered().degraded()).isFalse();

    Simulation stopped = play(script, ",'maxReplans':0");
    assertThat(stopped.order()).doesNotContain("replan1", "task/code");
    assertThat(stopped.answered().notes()).contains("stopped after 2 setbacks in a row");

    Simulation patient = play(script, ",'maxReplans':0,'maxStall':3");
    assertThat(patient.order()).contains("task/code");
  }

  @Test
  void plans_that_stall_again_and_again_end() {
    Script script = script();
    for (String id : List.of("facts", "think", "retry.1", "end.1")) {
      script.say("review/" + id, rejected("no")).say("review/" + id + "/rev1", rejected("no"));
    }
    Simulation simulation = play(script.say("replan1", AGAIN), "");
    assertThat(simulation.order()).doesNotContain("replan2");
    assertThat(simulation.answered().degraded()).isTrue();
  }

  @Test
  void a_revision_that_says_the_same_again_is_not_reviewed() {
    Script script =
        script()
            .say("task/facts", "the same")
            .say("review/facts", rejected("more"))
            .say("task/facts/rev1", " the  same\n");
    Simulation simulation = play(script, ",'maxRevisions':5");
    assertThat(simulation.order())
        .contains("task/facts/rev1")
        .doesNotContain("review/facts/rev1", "task/facts/rev2");
    assertThat(simulation.answered().degraded()).isTrue();
  }

  @Test
  void a_critic_that_cannot_be_used_leaves_results_unchecked_and_told() {
    Script script = script().fail("review/facts").fail("check");
    assertThat(play(script, "").answered().notes())
        .containsExactly(
            "assignment facts (Research) was not checked", "the answer was not checked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Looks good to me!",
        "{}",
        "{\"reason\":\"r\",\"accepted\":\"yes\",\"satisfied\":\"yes\"}",
        "{\"Grund\":\"gut\",\"angenommen\":true,\"zufrieden\":true}",
        "[true]",
        "{\"accepted\":"
      })
  void a_critic_that_talks_nonsense_is_asked_twice_more_and_then_done_without(String nonsense) {
    Script script = script();
    for (String step : List.of("review/facts", "check")) {
      for (String again : List.of("", "/repair1", "/repair2")) {
        script.say(step + again, nonsense);
      }
    }
    Simulation simulation = play(script, "");
    assertThat(simulation.order())
        .contains("review/facts/repair2", "check/repair2", "task/code")
        .doesNotContain("review/facts/repair3", "task/facts/rev1", "synthesis/rev1", "replan1");
    assertThat(simulation.answered())
        .isEqualTo(
            new Plan.End.Answered(
                "all [facts] [think] [code]",
                true,
                List.of(
                    "assignment facts (Research) was not checked", "the answer was not checked")));
    assertThat(simulation.described().at("/tasks/0/verdict").asText()).isEqualTo("unchecked");
  }

  @Test
  void a_useless_replan_keeps_the_plan_and_what_it_can_still_do() {
    Script script = script().fail("task/think").say("replan1", "no").fail("replan1/repair1");
    Simulation simulation = play(script, "");
    assertThat(simulation.run().decision("replan1").orElseThrow().rule()).isEqualTo("kept");
    assertThat(simulation.answered().answer()).isEqualTo("result of task/facts");
  }

  @Test
  void an_answer_that_never_satisfies_is_given_and_told() {
    String missing = "{\"reason\":\"r\",\"satisfied\":false,\"missing\":\"the price\"}";
    Script script = script().say("check", missing).say("check/rev1", missing);
    Simulation simulation = play(script, "");
    assertThat(simulation.answered())
        .isEqualTo(
            new Plan.End.Answered(
                "result of synthesis/rev1", true, List.of("the last check: the price")));
    assertThat(play(script, ",'maxRevisions':0").answered().answer())
        .isEqualTo("all [facts] [think] [code]");
  }

  @Test
  void without_a_synthesis_the_answer_is_what_the_assignments_said() {
    Simulation simulation = play(script().fail("synthesis"), "");
    assertThat(simulation.answered().answer())
        .startsWith("## [facts, Research] find facts\n\nresult of task/facts\n\n## [think");
    assertThat(simulation.answered().degraded()).isTrue();
  }

  @Test
  void when_nothing_succeeds_there_is_no_answer() {
    Script script = script().fail("task/facts").fail("task/think").fail("replan1");
    assertThat(play(script, "").end())
        .isInstanceOfSatisfying(
            Plan.End.GaveUp.class,
            gaveUp -> assertThat(gaveUp.reason()).startsWith("no assignment succeeded: "));
  }

  @Test
  void what_was_rejected_is_better_than_nothing() {
    Script script =
        script()
            .say("review/facts", rejected("more"))
            .say("review/facts/rev1", rejected("more"))
            .fail("task/think")
            .say("replan1", AGAIN)
            .fail("task/retry.1");
    assertThat(play(script, "").answered().answer()).isEqualTo("result of task/facts/rev1");
  }

  @Test
  void at_every_budget_a_run_ends_and_says_what_is_missing() {
    Script script =
        script()
            .say("review/facts", rejected("more"))
            .say("review/facts/rev1", rejected("more"))
            .fail("task/think")
            .say("replan1", AGAIN)
            .say("review/retry.1", ACCEPTED)
            .say("review/end.1", ACCEPTED)
            .say("check", "{\"reason\":\"r\",\"satisfied\":false}")
            .say("check/rev1", SATISFIED);
    int all = play(script, "").order().size();
    assertThat(all).isGreaterThan(10);
    for (int budget = 0; budget < all; budget++) {
      Plan.End end = simulation(script, "").budget(budget).play().end();
      if (end instanceof Plan.End.Answered answered) {
        assertThat(answered.degraded()).isTrue();
        assertThat(answered.answer()).isNotBlank();
        assertThat(answered.notes()).contains("the budget was used up");
      } else {
        assertThat(budget).as("nothing was done yet: %s", end).isLessThan(4);
      }
    }
    assertThat(simulation(script, "").budget(all).play().answered().notes()).isEmpty();
  }

  @Test
  void a_bad_parameter_is_refused_by_name() {
    refused("maxAssignments", 0, "1 to 20");
    refused("parallel", 21, "1 to 20");
    refused("maxRevisions", 6, "0 to 5");
    refused("maxReplans", -1, "0 to 5");
    refused("maxStall", 0, "1 to 20");
  }

  private static void refused(String field, int value, String bounds) {
    assertThatThrownBy(() -> play(new Script(), ",'" + field + "':" + value))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage(field + ": " + value + " (expected: a whole number from " + bounds + ")");
  }
}
