package io.llmcluster.patterns.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.maestro.Maestro;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.model.CrewMember;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps of agents and tasks say where their texts stand; the models are told the texts. */
class WorkerTest {

  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "small", "big");

  private static String text(String about) {
    return (about + ": everything that there is to say about it, in full sentences. ")
        .repeat(2)
        .strip();
  }

  private static final String PLAN =
      """
      {"tasks":[
        {"id":"a","title":"A","instruction":"%s","role":"Code","dependsOn":[],
          "expectedOutput":"%s","acceptance":"%s"},
        {"id":"b","title":"B","instruction":"%s","role":"Research","dependsOn":["a"]}]}
      """
          .formatted(text("one"), text("form"), text("good"), text("two"));

  private static final String ANALYSIS =
      """
      {"complexity":"complex","assignments":[
        {"id":"a","role":"Code","instruction":"%s","dependsOn":[],"acceptance":"%s"}]}
      """
          .formatted(text("one"), text("good"));

  private static Prompt prompt(Run run, String step) {
    return run.step(step).orElseThrow().spec().prompt();
  }

  /** None of the steps' stored prompts has any of these. */
  private static void assertNowhere(Run run, List<String> texts) {
    for (StepRecord step : run.steps().values()) {
      String stored = Simulation.JSON.valueToTree(step.spec().prompt()).toString();
      for (String text : texts) {
        assertThat(stored).as(step.id()).doesNotContain(text);
      }
    }
  }

  private static List<String> systems(Run run) {
    return Crew.of(run.request()).members().stream().map(CrewMember::system).toList();
  }

  @Test
  void a_decomposition_stores_no_system_prompt_and_no_text_of_a_task_again() {
    Script script = new Script().say("plan", PLAN);
    Run run = Simulation.of(new Decompose(), "{'prompt':'the job'}", CAST, script).play().run();
    assertNowhere(run, systems(run));
    assertNowhere(run, List.of(text("one"), text("form"), text("good"), text("two")));
    assertThat(script.asked("plan")).contains("- Code: You are a software engineer.");
    assertThat(script.asked("task/a"))
        .contains(text("one"), text("form"), text("good"), "You are a software engineer.");
    assertThat(script.asked("task/b")).contains(text("two"), "You are a researcher.");
  }

  @Test
  void neither_do_reviews_and_revisions() {
    Script script =
        new Script()
            .say("analysis", ANALYSIS)
            .say("review/a", "{\"reason\":\"r\",\"accepted\":false,\"change\":\"shorter\"}")
            .say("review/a/rev1", "{\"reason\":\"r\",\"accepted\":true}")
            .say("check", "{\"reason\":\"r\",\"satisfied\":true}");
    Run run = Simulation.of(new Maestro(), "{'prompt':'the job'}", CAST, script).play().run();
    assertThat(run.steps()).containsKeys("task/a/rev1", "review/a/rev1", "check");
    assertNowhere(run, systems(run));
    assertNowhere(run, List.of(text("one"), text("good")));
    for (String step : List.of("task/a", "review/a", "task/a/rev1", "review/a/rev1")) {
      assertThat(script.asked(step)).as(step).contains(text("one"), text("good"));
    }
  }

  @Test
  void a_repair_names_the_schema() {
    Script script = new Script().say("plan", "no").say("plan/repair1", PLAN);
    Run run = Simulation.of(new Decompose(), "{'prompt':'the job'}", CAST, script).play().run();
    assertThat(prompt(run, "plan/repair1").places().get("schema"))
        .isEqualTo(new Place.OfSchema("decompose-plan"));
    assertThat(script.asked("plan/repair1")).contains("\"required\":[\"tasks\"]");
    assertThat(prompt(run, "task/a").places().get("instruction"))
        .isEqualTo(new Place.InOutput("plan/repair1", "/tasks/0/instruction"));
  }

  @Test
  void a_task_of_a_later_plan_is_found_in_that_plan() {
    Script script =
        new Script()
            .say("plan", PLAN)
            .fail("task/b")
            .say(
                "replan1",
                "{\"tasks\":[{\"id\":\"c\",\"title\":\"C\",\"instruction\":\"%s\",\"dependsOn\":[]}]}"
                    .formatted(text("three")));
    String request = "{'prompt':'the job','onFail':'replan'}";
    Run run = Simulation.of(new Decompose(), request, CAST, script).play().run();
    assertThat(prompt(run, "task/c.1").places().get("instruction"))
        .isEqualTo(new Place.InOutput("replan1", "/tasks/0/instruction"));
    assertThat(script.asked("task/c.1")).contains(text("three"));
  }

  @Test
  void short_texts_and_those_that_stand_nowhere_as_they_are_told_are_copied() {
    Script script = new Script().say("plan", PLAN.replace(text("two"), "  " + text("two") + "  "));
    Run run = Simulation.of(new Decompose(), "{'prompt':'the job'}", CAST, script).play().run();
    assertThat(prompt(run, "task/a").values()).containsEntry("title", "A");
    assertThat(prompt(run, "task/b").values()).containsEntry("instruction", text("two"));
  }
}
