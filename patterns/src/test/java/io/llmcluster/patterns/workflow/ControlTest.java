package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

/** What commands do, by calling what decides it. */
class ControlTest {

  private static final ActorRef<WorkflowReply> NOBODY = Runs.nobody();
  private static final Pattern CHAIN = SmallPattern.CHAIN;

  private static Live begun(String pattern) {
    Pattern program = Runs.pattern(pattern);
    return (Live) Runs.advanced(new Absent(), program, Runs.created(program, "{'prompt':'q'}"));
  }

  private static Verdict decide(WorkflowCommand.Asked command, Live live) {
    return Control.decide(command, live, CHAIN, TestMember.settings(), 5000);
  }

  @Test
  void pausing_twice_and_resuming_what_runs_change_nothing() {
    Live live = begun("chain");
    assertThat(decide(new WorkflowCommand.Resume(NOBODY), live)).isEqualTo(Verdict.record());
    Live paused = Runs.after(live, new WorkflowEvent.Paused(2000));
    assertThat(decide(new WorkflowCommand.Pause(NOBODY), paused)).isEqualTo(Verdict.record());
  }

  @Test
  void a_retry_forgets_the_failed_step_what_has_read_it_what_was_skipped_and_the_decisions() {
    Ended vote = Runs.vote();
    Ended failed =
        vote.with(
            vote.run()
                .with(vote.run().step("v1").orElseThrow().failed("no", true, 0))
                .with(vote.run().step("v2").orElseThrow().skipped("late")));
    Verdict verdict =
        Control.decide(
            new WorkflowCommand.RetryStep("v1", null, NOBODY), failed, Runs.pattern("vote"), 5000);
    assertThat(verdict.events())
        .containsExactly(
            new WorkflowEvent.StepsReset(List.of("v1", "v2", "z"), List.of("vote"), 5000));
  }

  @Test
  void a_retry_of_what_is_not_there_is_unknown() {
    assertThat(decide(new WorkflowCommand.RetryStep("x", null, NOBODY), begun("chain")).refused())
        .hasValue(new Refused(Why.UNKNOWN, "step 'x' not found"));
  }

  private static Live silent() {
    return Runs.after(begun("chain"), Runs.completed("a", 1, " "));
  }

  private static WorkflowCommand.RetryStep retry(String step) {
    return new WorkflowCommand.RetryStep(step, null, NOBODY);
  }

  @Test
  void a_model_that_said_nothing_is_asked_again() {
    assertThat(decide(retry("a"), silent()).events())
        .containsExactly(new WorkflowEvent.StepsReset(List.of("a"), List.of(), 5000));
  }

  @Test
  void somebody_outside_may_have_nothing_to_say() {
    Live live = Runs.after(begun("outside"), Runs.completed("task", 1, ""));
    assertThat(decide(retry("task"), live).refused()).isPresent();
  }

  @Test
  void a_retry_that_the_budget_does_not_allow_is_refused_and_names_it() {
    Live poor = Runs.after(silent(), new WorkflowEvent.BudgetExhausted("tokens", 4500));
    Live spent = poor.with(new Budget(9, 30, 60));
    Refused refused =
        new Refused(
            Why.CONFLICT, "the budget of tokens is used up (expected: budget, with more tokens)");
    assertThat(decide(retry("a"), spent).refused()).hasValue(refused);
    assertThat(
            decide(new WorkflowCommand.RetryStep("a", new Budget(5, 0, 5), NOBODY), spent)
                .refused())
        .hasValue(refused);
  }

  @Test
  void a_retry_may_bring_budget_along() {
    Live poor =
        Runs.after(silent(), new WorkflowEvent.BudgetExhausted("tokens", 4500))
            .with(new Budget(9, 30, 60));
    Verdict verdict = decide(new WorkflowCommand.RetryStep("a", new Budget(0, 1, 0), NOBODY), poor);
    assertThat(verdict.events())
        .containsExactly(
            new WorkflowEvent.StepsReset(List.of("a"), List.of(), 5000),
            new WorkflowEvent.BudgetRaised(new Budget(9, 31, 60), 5000));
    assertThat(((Live) Runs.folded(poor, verdict.events())).run().exhausted()).isFalse();
  }

  @Test
  void time_that_is_used_up_needs_more_seconds() {
    Live slow =
        Runs.after(begun("chain"), new WorkflowEvent.StepFailed("a", 1, "no", true, 0, 9000))
            .with(new Budget(9, 900, 2));
    assertThat(decide(retry("a"), slow).refused().orElseThrow().reason())
        .startsWith("the budget of seconds is used up");
  }

  @Test
  void a_lease_that_has_ended_is_anybodys() {
    Live taken =
        Runs.after(begun("outside"), new WorkflowEvent.StepTaken("task", "me", 5001, 2000));
    WorkflowCommand.TakeSteps you =
        new WorkflowCommand.TakeSteps(List.of("task"), "you", 100, NOBODY);
    assertThat(decide(you, taken).refused())
        .hasValue(new Refused(Why.CONFLICT, "task 'task' is taken by another"));
    assertThat(Control.decide(you, taken, CHAIN, TestMember.settings(), 5001).events())
        .containsExactly(new WorkflowEvent.StepTaken("task", "you", 5101, 5001));
  }

  @Test
  void what_is_given_back_is_anybodys_at_once() {
    Live taken =
        Runs.after(begun("outside"), new WorkflowEvent.StepTaken("task", "me", 9000, 2000));
    assertThat(decide(give("you"), taken).refused()).isPresent();
    assertThat(decide(give("me"), taken).events())
        .containsExactly(new WorkflowEvent.StepTaken("task", "", 0, 5000));
    assertThat(decide(give("you"), begun("outside"))).isEqualTo(Verdict.record());
  }

  private static WorkflowCommand.TakeSteps give(String owner) {
    return new WorkflowCommand.TakeSteps(List.of("task"), owner, 0, NOBODY);
  }

  @Test
  void whoever_says_who_reports_needs_the_lease_while_it_runs() {
    Live taken =
        Runs.after(begun("outside"), new WorkflowEvent.StepTaken("task", "me", 5001, 2000));
    var you = new WorkflowCommand.ReportStep("task", true, "x", "you", NOBODY);
    assertThat(decide(you, taken).refused())
        .hasValue(new Refused(Why.CONFLICT, "task 'task' is taken by another"));
    assertThat(Control.decide(you, taken, CHAIN, TestMember.settings(), 5001).refused()).isEmpty();
    assertThat(
            decide(new WorkflowCommand.ReportStep("task", true, "x", "me", NOBODY), taken)
                .refused())
        .isEmpty();
    assertThat(
            decide(new WorkflowCommand.ReportStep("task", true, "x", "", NOBODY), taken).refused())
        .isEmpty();
  }

  @Test
  void only_steps_of_the_outside_can_be_taken_or_reported() {
    Live chain = begun("chain");
    assertThat(
            decide(new WorkflowCommand.TakeSteps(List.of("a"), "me", 1, NOBODY), chain).refused())
        .hasValue(new Refused(Why.UNKNOWN, "task 'a' not found"));
    assertThat(decide(new WorkflowCommand.ReportStep("a", true, "x", "", NOBODY), chain).refused())
        .hasValue(new Refused(Why.UNKNOWN, "task 'a' not found"));
  }

  @Test
  void two_different_reports_are_a_conflict() {
    Live reported =
        Runs.after(
            begun("outside"),
            new WorkflowEvent.StepCompleted("task", 1, "one", 0, 0, 0, "stop", "me", 4000));
    assertThat(decide(new WorkflowCommand.ReportStep("task", true, "one", "", NOBODY), reported))
        .isEqualTo(Verdict.record());
    assertThat(
            decide(new WorkflowCommand.ReportStep("task", true, "two", "", NOBODY), reported)
                .refused())
        .hasValue(new Refused(Why.CONFLICT, "task 'task' is over"));
  }

  @Test
  void an_input_that_nobody_asked_for_is_unknown() {
    assertThat(
            decide(
                    new WorkflowCommand.GiveInput("ok", Simulation.object("{}"), NOBODY),
                    begun("chain"))
                .refused())
        .hasValue(new Refused(Why.UNKNOWN, "input 'ok' is not asked for"));
  }

  @Test
  void what_makes_no_sense_after_the_end_is_a_conflict() {
    assertThat(
            Control.decide(new WorkflowCommand.Pause(NOBODY), Runs.vote(), CHAIN, 5000).refused())
        .hasValue(new Refused(Why.CONFLICT, "the workflow has ended"));
  }
}
