package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvanceTest {

  private static List<WorkflowEvent> begin(SmallPattern pattern, String request) {
    return Advance.after(List.of(Runs.created(pattern, request)), new Absent(), pattern, 5000);
  }

  private static SmallPattern vote() {
    return (SmallPattern) SmallPattern.VOTE;
  }

  @Test
  void all_that_follows_from_one_event_is_said_at_once() {
    Live waiting =
        (Live) Runs.advanced(new Absent(), vote(), Runs.created(vote(), "{'prompt':'q'}"));
    Live two =
        (Live)
            Runs.advanced(
                waiting, vote(), Runs.completed("v1", 1, "x"), Runs.completed("v2", 1, "y"));
    assertThat(Advance.after(List.of(Runs.completed("v3", 1, "y")), two, vote(), 5000))
        .hasExactlyElementsOfTypes(
            WorkflowEvent.StepCompleted.class,
            WorkflowEvent.DecisionMade.class,
            WorkflowEvent.StepScheduled.class);
  }

  @Test
  void steps_that_are_recorded_are_not_begun_again() {
    Live waiting =
        (Live) Runs.advanced(new Absent(), vote(), Runs.created(vote(), "{'prompt':'q'}"));
    assertThat(Advance.after(List.of(), waiting, vote(), 5000)).isEmpty();
  }

  @Test
  void a_paused_run_records_and_begins_nothing() {
    Live paused =
        Runs.after(
            (Live) Runs.advanced(new Absent(), vote(), Runs.created(vote(), "{'prompt':'q'}")),
            new WorkflowEvent.Paused(2000));
    assertThat(
            Advance.after(
                List.of(
                    Runs.completed("v1", 1, "x"),
                    Runs.completed("v2", 1, "x"),
                    Runs.completed("v3", 1, "x")),
                paused,
                vote(),
                5000))
        .hasSize(3);
  }

  @Test
  void the_call_that_would_exceed_the_budget_is_not_begun_and_the_program_hears_of_it() {
    List<WorkflowEvent> events = begin(vote(), "{'prompt':'q','budget':{'modelCalls':2}}");
    assertThat(events)
        .hasExactlyElementsOfTypes(
            WorkflowEvent.WorkflowCreated.class,
            WorkflowEvent.StepScheduled.class,
            WorkflowEvent.StepScheduled.class,
            WorkflowEvent.BudgetExhausted.class);
  }

  @Test
  void what_is_open_at_the_end_is_skipped() {
    SmallPattern hasty =
        new SmallPattern(
            "hasty",
            run ->
                run.isOver("a")
                    ? Plan.answer("enough")
                    : Plan.run(SmallPattern.ask("a", run), SmallPattern.ask("b", run)));
    Live waiting = (Live) Runs.advanced(new Absent(), hasty, Runs.created(hasty, "{'prompt':'q'}"));
    Ended ended = (Ended) Runs.advanced(waiting, hasty, Runs.completed("a", 1, "x"));
    assertThat(ended.run().step("b").orElseThrow().is(Status.SKIPPED)).isTrue();
  }

  @Test
  void a_program_that_wants_nothing_while_nothing_runs_has_failed() {
    SmallPattern lost = new SmallPattern("lost", run -> Plan.waiting());
    assertThat(begin(lost, "{'prompt':'q'}"))
        .last()
        .isEqualTo(
            new WorkflowEvent.WorkflowFailed("pattern lost does not know how to go on", 5000));
  }

  @Test
  void a_fault_in_a_program_leaves_no_step_open() {
    SmallPattern broken =
        new SmallPattern(
            "broken",
            run -> {
              if (run.isOver("a")) {
                throw new IllegalStateException("no such rule");
              }
              return Plan.run(SmallPattern.ask("a", run), SmallPattern.ask("b", run));
            });
    Live waiting =
        (Live) Runs.advanced(new Absent(), broken, Runs.created(broken, "{'prompt':'q'}"));
    Ended ended = (Ended) Runs.advanced(waiting, broken, Runs.completed("a", 1, "x"));
    assertThat(ended.reason()).isEqualTo("pattern broken failed: no such rule");
    assertThat(ended.run().step("b").orElseThrow().is(Status.SKIPPED)).isTrue();
  }
}
