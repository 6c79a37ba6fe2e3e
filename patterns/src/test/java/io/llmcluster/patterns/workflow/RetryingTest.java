package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.maestro.Maestro;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a retry forgets of what a person said, and of a plan. */
class RetryingTest {

  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "a", "b", "c", "big");
  private static final String PLAN =
      """
      {"tasks":[{"id":"a","title":"A","instruction":"i","role":"Code","dependsOn":[]},
        {"id":"b","title":"B","instruction":"i","role":"Code","dependsOn":["a"]}]}
      """;

  private static Simulation debate() {
    var script =
        io.llmcluster.patterns.debate.Script.answering("18/0.9", "18/0.9")
            .says("first/debater3", null)
            .says("round1/debater3", null);
    return Simulation.of(
            new Debate(),
            "{'prompt':'How many?','answers':'number','models':['a','b','c'],"
                + "'stopWhen':[],'approve':true}",
            CAST,
            script)
        .play();
  }

  private static Simulation decompose(Script script) {
    return Simulation.of(new Decompose(), "{'prompt':'the job','approvePlan':true}", CAST, script)
        .play();
  }

  private static WorkflowEvent.StepsReset reset(Pattern pattern, Live live, String step) {
    return (WorkflowEvent.StepsReset)
        Retrying.decide(
                new WorkflowCommand.RetryStep(step, null, Runs.nobody()), live, pattern, 5000)
            .events()
            .get(0);
  }

  private static Live live(Pattern pattern, Simulation played) {
    return Runs.live(pattern, "{'prompt':'q'}").with(played.run());
  }

  @Test
  void an_approval_does_not_outlast_the_verdict_that_it_was_given_to() {
    Pattern pattern = new Debate();
    Simulation played = debate().input(Simulation.object("{'approve':true}"));
    Live live = live(pattern, played);
    WorkflowEvent.StepsReset reset = reset(pattern, live, "first/debater3");
    assertThat(reset.inputs()).containsExactly("verdict");
    assertThat(Runs.after(live, reset).run().inputs()).isEmpty();
  }

  @Test
  void a_verdict_that_is_still_being_asked_about_is_asked_about_no_more() {
    Pattern pattern = new Debate();
    Simulation played = debate();
    InputRequest asked = Objects.requireNonNull(played.waiting().input());
    Live live = live(pattern, played).asking(asked);
    WorkflowEvent.StepsReset reset = reset(pattern, live, "first/debater3");
    assertThat(Runs.after(live, reset).asked()).isNull();
  }

  @Test
  void a_plan_that_a_person_approved_stays_approved_when_a_task_is_made_again() {
    Pattern pattern = new Decompose();
    Simulation played =
        decompose(new Script().say("plan", PLAN).fail("task/b"))
            .input(Simulation.object("{'approved':true}"));
    WorkflowEvent.StepsReset reset = reset(pattern, live(pattern, played), "task/b");
    assertThat(reset.inputs()).isEmpty();
    assertThat(reset.decisions()).doesNotContain("plan");
  }

  @Test
  void a_plan_that_failed_is_made_anew_and_asked_about_anew() {
    Pattern pattern = new Decompose();
    Simulation played =
        decompose(new Script().fail("plan")).input(Simulation.object("{'approved':true}"));
    Live live = live(pattern, played);
    WorkflowEvent.StepsReset reset = reset(pattern, live, "plan");
    assertThat(reset.decisions()).contains("plan");
    assertThat(reset.inputs()).containsExactly("plan");
    assertThat(pattern.next(Runs.after(live, reset).run()).steps())
        .extracting(step -> step.id())
        .containsExactly("plan");
  }

  @Test
  void a_single_task_in_the_place_of_a_plan_stays_approved_when_only_it_is_made_again() {
    Pattern pattern = new Decompose();
    Simulation played =
        decompose(new Script().fail("plan").fail("task/whole"))
            .input(Simulation.object("{'approved':true}"));
    assertThat(reset(pattern, live(pattern, played), "task/whole").inputs()).isEmpty();
  }

  /** Its letters stood for other answers than those that there will be. */
  @Test
  void a_judge_who_was_asked_without_the_debater_that_failed_is_asked_anew() {
    Pattern pattern = new Debate();
    var script =
        io.llmcluster.patterns.debate.Script.answering("18/0.5", "19/0.5")
            .says("first/debater3", null)
            .says("round1/debater3", null);
    Simulation played =
        Simulation.of(
                pattern,
                "{'prompt':'How many?','answers':'number','models':['a','b','c']}",
                CAST,
                script)
            .play();
    assertThat(played.order()).contains("verdict/judge");
    WorkflowEvent.StepsReset reset = reset(pattern, live(pattern, played), "round1/debater3");
    assertThat(reset.steps()).containsExactly("round1/debater3", "verdict/judge");
  }

  @Test
  void what_was_made_of_the_other_tasks_is_made_anew_with_the_one_that_had_failed() {
    Pattern pattern = new Decompose();
    String three =
        PLAN.replace("[\"a\"]", "[]")
            .replace(
                "\"tasks\":[",
                "\"tasks\":[{\"id\":\"c\",\"title\":\"C\",\"instruction\":\"i\","
                    + "\"role\":\"Code\",\"dependsOn\":[]},");
    Simulation played =
        Simulation.of(
                pattern,
                "{'prompt':'the job','onFail':'skip'}",
                CAST,
                new Script().say("plan", three).fail("task/c"))
            .play();
    assertThat(played.order()).contains("synthesis");
    WorkflowEvent.StepsReset reset = reset(pattern, live(pattern, played), "task/c");
    assertThat(reset.steps()).containsExactly("synthesis", "task/c");
  }

  @Test
  void an_analysis_that_failed_is_made_anew() {
    Pattern pattern = new Maestro();
    Simulation played =
        Simulation.of(pattern, "{'prompt':'the job'}", CAST, new Script().fail("analysis")).play();
    Live live = live(pattern, played);
    WorkflowEvent.StepsReset reset = reset(pattern, live, "analysis");
    assertThat(reset.decisions()).isEqualTo(List.of("plan"));
    assertThat(pattern.next(Runs.after(live, reset).run()).steps())
        .extracting(step -> step.id())
        .containsExactly("analysis");
  }

  @Test
  void a_step_that_runs_is_told_the_same_while_its_plan_is_being_made_again() {
    Pattern pattern = new Decompose();
    String instruction = "another way to come to what the first one was to come to, and no other";
    var script =
        new Script()
            .say("plan", PLAN)
            .fail("task/b")
            .say(
                "replan1",
                PLAN.replace("\"a\"", "\"c\"")
                    .replace("\"b\"", "\"d\"")
                    .replace("\"i\"", "\"" + instruction + "\""));
    Run played =
        Simulation.of(pattern, "{'prompt':'the job','onFail':'replan'}", CAST, script).play().run();
    StepSpec step = played.step("task/c.1").orElseThrow().spec();
    Live live = Runs.live(pattern, "{'prompt':'q'}").with(played.with(StepRecord.begun(step)));
    WorkflowEvent.StepsReset reset = reset(pattern, live, "task/b");
    assertThat(reset.decisions()).containsExactly("replan1");
    Run after = Runs.after(live, reset).run();
    assertThat(after.isOver("task/c.1")).isFalse();
    assertThat(Prompts.render(step.prompt(), after).toString()).contains(instruction);
  }
}
