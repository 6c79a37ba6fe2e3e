package io.llmcluster.patterns.decompose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Models that plan nonsense, tasks that fail, budgets that end. */
class DecomposeTroubleTest {

  /** Ids and what they need. */
  private static final String TWO =
      "{\"tasks\":[{\"id\":\"%s\",\"title\":\"A\",\"instruction\":\"i\",\"dependsOn\":[\"%s\"]},"
          + "{\"id\":\"%s\",\"title\":\"B\",\"instruction\":\"i\",\"dependsOn\":[\"%s\"]}]}";

  private static final String ONE =
      "{\"tasks\":[{\"id\":\"a\",\"title\":\"A\",\"instruction\":\"i\",\"dependsOn\":[%s]}]}";

  @Test
  void a_wrong_plan_is_shown_again_with_the_errors_and_the_repaired_one_is_followed() {
    Script script = Jobs.planned(ONE.formatted("\"a\"")).say("plan/repair1", ONE.formatted(""));
    Simulation simulation = Jobs.play(script, "");
    assertThat(script.asked("plan/repair1")).contains("task a: depends on itself");
    assertThat(simulation.order()).containsExactly("plan", "plan/repair1", "task/a");
    assertThat(simulation.answered().degraded()).isFalse();
    assertThat(simulation.run().decision("plan").orElseThrow().chosen()).isEqualTo("plan/repair1");
  }

  @Test
  void nonsense_of_every_kind_ends_as_a_single_task_that_is_flagged() {
    String many =
        IntStream.range(0, 500)
            .mapToObj(
                n ->
                    "{\"id\":\"t" + n + "\",\"title\":\"\",\"instruction\":\"i\",\"dependsOn\":[]}")
            .collect(Collectors.joining(",", "{\"tasks\":[", "]}"));
    for (String nonsense :
        List.of(
            "",
            "no",
            "{}",
            "[]",
            "{\"tasks\":5}",
            "{\"tasks\":[]}",
            "{\"tasks\":[7]}",
            many,
            ONE.formatted("\"zz\""),
            ONE.formatted("\"a\""),
            TWO.formatted("a", "b", "b", "a"),
            TWO.formatted("a", "", "a", ""),
            "{\"aufgaben\":[{\"id\":\"a\",\"anweisung\":\"tu es\"}]}",
            "la ".repeat(50_000))) {
      Script script =
          Jobs.planned(nonsense).say("plan/repair1", nonsense).say("plan/repair2", nonsense);
      Simulation simulation = Jobs.play(script, "");
      assertThat(simulation.order())
          .containsExactly("plan", "plan/repair1", "plan/repair2", "task/whole");
      assertThat(simulation.answered().answer()).isEqualTo("result of task/whole");
      assertThat(simulation.answered().degraded()).isTrue();
      assertThat(simulation.answered().notes())
          .singleElement()
          .asString()
          .startsWith("no plan could be made, done as a single task: ");
      assertThat(script.asked("task/whole")).isEqualTo("the whole job\n");
      assertThat(simulation.described().at("/plan/fallback").asBoolean()).isTrue();
    }
  }

  @Test
  void a_planner_that_is_gone_leaves_a_single_task() {
    Simulation simulation = Jobs.play(new Script().fail("plan"), "");
    assertThat(simulation.order()).containsExactly("plan", "task/whole");
    assertThat(simulation.answered().degraded()).isTrue();
  }

  @Test
  void a_failed_task_fails_the_run() {
    Simulation simulation = Jobs.play(Jobs.planned().fail("task/a"), "");
    assertThat(simulation.end())
        .isEqualTo(new Plan.End.GaveUp("task a (A) failed: scripted failure"));
  }

  @Test
  void an_empty_answer_is_a_failure() {
    Simulation simulation = Jobs.play(Jobs.planned().say("task/a", " \n"), "");
    assertThat(simulation.end()).isEqualTo(new Plan.End.GaveUp("task a (A) failed: empty answer"));
  }

  @Test
  void skip_leaves_out_what_needs_the_failed_task_and_says_so() {
    Simulation simulation = Jobs.play(Jobs.planned().fail("task/a"), ",'onFail':'skip'");
    assertThat(simulation.answered())
        .isEqualTo(
            new Plan.End.Answered(
                "result of task/d",
                true,
                List.of("task c was not done", "task a failed: scripted failure")));
  }

  @Test
  void continue_goes_on_without_the_failed_task() {
    Script script = Jobs.planned().fail("task/a").say("synthesis", "all");
    Simulation simulation = Jobs.play(script, ",'onFail':'continue'");
    assertThat(script.asked("task/c")).contains("result of task/b").doesNotContain("task/a");
    assertThat(simulation.answered())
        .isEqualTo(new Plan.End.Answered("all", true, List.of("task a failed: scripted failure")));
  }

  @Test
  void replan_replaces_what_is_left_and_keeps_what_is_done() {
    String again =
        """
        {"tasks":[{"id":"a","title":"A2","instruction":"another way","dependsOn":["b"]},
                  {"id":"e","title":"E","instruction":"do e","dependsOn":["a", "d"]}]}
        """;
    Script script = Jobs.planned().fail("task/a").say("replan1", again);
    Simulation simulation = Jobs.play(script, ",'onFail':'replan'");
    assertThat(simulation.order())
        .as("b runs when a fails and is waited for; d is begun when no plan replaces it")
        .containsExactly(
            "plan", "task/a", "task/b", "replan1", "replan1/repair1", "replan1/repair2", "task/d");
    assertThat(script.asked("replan1"))
        .contains("result of task/b", "task a (A) failed: scripted failure");
    assertThat(script.asked("replan1/repair1")).contains("depends on 'd', which is no task");

    script.say("replan1/repair1", again.replace(", \"d\"", ""));
    Simulation mended = Jobs.play(script, ",'onFail':'replan'");
    assertThat(mended.order()).endsWith("replan1/repair1", "task/a.1", "task/e.1");
    assertThat(mended.answered().answer()).isEqualTo("result of task/e.1");
    assertThat(mended.answered().degraded()).isFalse();
    assertThat(mended.described().at("/plan/replans").asInt()).isEqualTo(1);
    assertThat(DecomposeTest.statuses(mended.described()))
        .containsExactly("b SUCCEEDED", "a SUCCEEDED", "e SUCCEEDED");
  }

  @Test
  void a_replan_that_brings_nothing_is_a_skip() {
    Script script = Jobs.planned().fail("task/b").fail("replan1");
    Simulation simulation = Jobs.play(script, ",'onFail':'replan'");
    assertThat(simulation.answered().answer()).isEqualTo("result of task/a");
    assertThat(simulation.answered().degraded()).isTrue();
    assertThat(simulation.run().decision("replan1").orElseThrow().rule()).isEqualTo("kept");
  }

  @Test
  void tasks_that_fail_again_and_again_are_not_planned_for_ever() {
    Script script = Jobs.planned().fail("task/b").say("replan1", Jobs.PLAN);
    script.say("replan1", ONE.formatted("").replace("\"a\"", "\"z\"")).fail("task/z.1");
    Simulation simulation = Jobs.play(script, ",'onFail':'replan'");
    assertThat(simulation.order()).doesNotContain("replan2");
    assertThat(simulation.answered().notes()).containsExactly("task z failed: scripted failure");
  }

  @Test
  void nothing_that_succeeded_is_no_answer() {
    Script script = Jobs.planned().fail("task/a").fail("task/b");
    assertThat(Jobs.play(script, ",'onFail':'skip'").end())
        .isInstanceOfSatisfying(
            Plan.End.GaveUp.class,
            gaveUp -> assertThat(gaveUp.reason()).startsWith("no task succeeded: task c was"));
  }

  @Test
  void without_a_synthesis_the_answer_is_what_the_tasks_said() {
    Simulation simulation = Jobs.play(Jobs.planned().fail("synthesis"), "");
    assertThat(simulation.answered().answer())
        .isEqualTo("## [c, Code] C\n\nresult of task/c\n\n## [d] D\n\nresult of task/d");
    assertThat(simulation.answered().degraded()).isTrue();
  }

  @Test
  void at_every_budget_a_run_ends_and_says_what_is_missing() {
    for (String more : List.of("", ",'onFail':'replan'")) {
      for (int budget = 0; budget < 6; budget++) {
        Script script = Jobs.planned();
        Plan.End end = Jobs.simulation(script, more).budget(budget).play().end();
        if (budget < 3) {
          assertThat(end).isInstanceOf(Plan.End.GaveUp.class);
        } else {
          assertThat(((Plan.End.Answered) end).degraded()).isTrue();
          assertThat(((Plan.End.Answered) end).answer()).contains("result of task/");
        }
      }
      assertThat(Jobs.simulation(Jobs.planned(), more).budget(6).play().answered().notes())
          .isEmpty();
    }
  }

  @Test
  void a_bad_parameter_is_refused_by_name() {
    refused(",'maxTasks':0", "maxTasks: 0 (expected: a whole number from 1 to 50)");
    refused(",'mode':'magic'", "mode: magic (expected: one of auto, external)");
    refused(",'approvePlan':1", "approvePlan: 1 (expected: true or false)");
    refused(",'retries':11", "retries: 11 (expected: a whole number from 0 to 10)");
    refused(",'onFail':'pray'", "onFail: pray (expected: one of continue, fail, replan, skip)");
    refused(",'maxReplans':-1", "maxReplans: -1 (expected: a whole number from 0 to 5)");
  }

  private static void refused(String more, String message) {
    assertThatThrownBy(() -> Jobs.play(new Script(), more))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage(message);
  }
}
