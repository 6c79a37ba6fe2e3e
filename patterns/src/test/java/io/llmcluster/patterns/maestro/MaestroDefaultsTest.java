package io.llmcluster.patterns.maestro;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a request that says nothing gets, measured on what is done. */
class MaestroDefaultsTest {

  private static final Pattern MAESTRO = new Maestro();
  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "small", "big");

  private static String analysis(int assignments) {
    return IntStream.rangeClosed(1, assignments)
        .mapToObj(
            n ->
                "{\"id\":\"t"
                    + n
                    + "\",\"role\":\"Code\",\"instruction\":\"i\",\"dependsOn\":[],\"acceptance\":\"\"}")
        .collect(Collectors.joining(",", "{\"complexity\":\"complex\",\"assignments\":[", "]}"));
  }

  private static Script script(int assignments) {
    Script script = new Script().say("analysis", analysis(assignments));
    IntStream.rangeClosed(1, assignments)
        .forEach(n -> script.say("review/t" + n, MaestroTest.ACCEPTED));
    return script.say("check", MaestroTest.SATISFIED);
  }

  private static Simulation play(Script script) {
    return Simulation.of(MAESTRO, "{'prompt':'the request'}", CAST, script).play();
  }

  private static long count(Simulation played, String pattern) {
    return played.order().stream().filter(id -> id.matches(pattern)).count();
  }

  @Test
  void six_assignments_are_a_plan_and_seven_are_asked_for_again() {
    assertThat(count(play(script(6)), "task/t\\d")).isEqualTo(6);
    Simulation seven = play(script(7).say("analysis/repair1", analysis(6)));
    assertThat(seven.order()).startsWith("analysis", "analysis/repair1");
  }

  @Test
  void never_more_than_three_assignments_are_open_at_once() {
    Run run = Run.of(MAESTRO.prepare(Simulation.object("{'prompt':'p'}"), CAST));
    int most = 0;
    Plan plan = MAESTRO.next(run);
    while (plan.end() == null) {
      if (plan.decision() != null) {
        run = run.with(plan.decision());
      }
      for (StepSpec step : plan.steps()) {
        if (run.step(step.id()).isEmpty()) {
          run = run.with(StepRecord.begun(step));
        }
      }
      List<StepRecord> open = run.steps(step -> !step.isOver());
      most = Math.max(most, open.size());
      if (!open.isEmpty()) {
        StepRecord last = open.get(open.size() - 1);
        run = run.with(last.completed(1, says(last.id()), 1, 1, 1, "stop", "n"));
      }
      plan = MAESTRO.next(run);
    }
    assertThat(most).isEqualTo(3);
  }

  private static String says(String step) {
    if (step.equals("analysis")) {
      return analysis(6);
    }
    if (step.startsWith("review/")) {
      return MaestroTest.ACCEPTED;
    }
    return step.equals("check") ? MaestroTest.SATISFIED : "done";
  }

  @Test
  void a_result_is_revised_once() {
    Script script =
        script(2)
            .say("review/t1", MaestroTest.rejected("more"))
            .say("review/t1/rev1", MaestroTest.rejected("more"));
    assertThat(count(play(script), "task/t1/rev\\d")).isEqualTo(1);
  }

  @Test
  void what_is_left_is_planned_anew_once() {
    Script script =
        script(3)
            .fail("task/t1")
            .say(
                "replan1",
                "{\"assignments\":[{\"id\":\"x\",\"role\":\"Code\",\"instruction\":\"i\",\"dependsOn\":[],\"acceptance\":\"\"}]}")
            .fail("task/x.1");
    assertThat(count(play(script), "replan\\d")).isEqualTo(1);
  }

  @Test
  void two_setbacks_in_a_row_are_a_stall() {
    Script script = script(6);
    for (String id : List.of("t1", "t2", "t3", "t4")) { // the fourth is begun after one setback
      script
          .say("review/" + id, MaestroTest.rejected("no"))
          .say("review/" + id + "/rev1", MaestroTest.rejected("no"));
    }
    assertThat(play(script).order()).contains("replan1").doesNotContain("task/t5");
    Script one = script(6).say("review/t1", MaestroTest.rejected("no"));
    one.say("review/t1/rev1", MaestroTest.rejected("no"));
    assertThat(play(one).order()).doesNotContain("replan1").contains("task/t6");
  }
}
