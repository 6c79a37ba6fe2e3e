package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import org.junit.jupiter.api.Test;

class FoldTest {

  private final Live live = Runs.live("chain", "{'prompt':'q'}");

  private Live with(WorkflowEvent... events) {
    return Runs.after(live, events);
  }

  private WorkflowEvent scheduled(String step) {
    return new WorkflowEvent.StepScheduled(SmallPattern.ask(step, live.run()), 1000);
  }

  @Test
  void a_call_is_counted_when_it_is_begun_and_its_tokens_when_it_ends() {
    Live begun = with(scheduled("a"));
    assertThat(begun.spent().modelCalls()).isEqualTo(1);
    Live done = Runs.after(begun, Runs.completed("a", 1, "x"));
    assertThat(done.spent().modelCalls()).isEqualTo(1);
    assertThat(done.spent().tokens()).isEqualTo(30);
    assertThat(done.run().output("a")).hasValue("x");
  }

  @Test
  void a_repeated_attempt_is_another_call_and_only_a_reissued_one_is_on_the_receipt() {
    Live repeated =
        with(
            scheduled("a"),
            new WorkflowEvent.StepFailed("a", 1, "no", false, 2000, 1500),
            new WorkflowEvent.StepRepeated("a", 2, false, 0, 2000));
    assertThat(repeated.spent().modelCalls()).isEqualTo(2);
    assertThat(repeated.receipt()).isEqualTo(Receipt.CLEAN);
    Live reissued =
        Runs.after(
            repeated,
            new WorkflowEvent.Recovered(4, 3000),
            new WorkflowEvent.StepRepeated("a", 3, true, 50, 3000));
    assertThat(reissued.receipt()).isEqualTo(new Receipt(1, 50, 4));
    assertThat(reissued.run().step("a").orElseThrow().attempt()).isEqualTo(3);
  }

  @Test
  void the_time_in_which_nobody_ran_it_is_not_on_the_clock() {
    Live recovered =
        with(
            scheduled("a"),
            new WorkflowEvent.Paused(1500),
            new WorkflowEvent.Recovered(0, 1_000_000));
    assertThat(recovered.clock().usedMillis(1_002_000)).isEqualTo(500 + 2000);
  }

  @Test
  void the_clock_runs_while_a_call_is_open_and_stands_while_somebody_is_waited_for() {
    Live open = with(scheduled("a"));
    assertThat(open.clock()).isEqualTo(new RunClock(0, 1000));
    Live over = Runs.after(open, Runs.completed("a", 1, "x")); // at 4000
    assertThat(over.clock()).isEqualTo(new RunClock(3000, 0));
    assertThat(over.clock().usedMillis(9000)).isEqualTo(3000);
    assertThat(open.clock().usedMillis(9000)).isEqualTo(8000);
  }

  @Test
  void a_pause_leaves_open_calls_running_and_stands_the_clock_after_them() {
    Live paused = with(scheduled("a"), new WorkflowEvent.Paused(1500));
    assertThat(paused.runs()).isTrue();
    Live failed = Runs.after(paused, new WorkflowEvent.StepFailed("a", 1, "no", false, 2000, 1600));
    assertThat(failed.run().step("a").orElseThrow().is(Status.RETRYING)).isTrue();
    assertThat(failed.runs()).isFalse();
    assertThat(Runs.after(failed, new WorkflowEvent.Resumed(9000)).clock())
        .isEqualTo(new RunClock(600, 9000));
  }

  @Test
  void an_ended_workflow_takes_late_tokens_and_new_decisions_and_can_be_opened_again() {
    Ended ended =
        (Ended)
            Fold.apply(
                with(scheduled("a"), new WorkflowEvent.StepFailed("a", 1, "no", true, 0, 2000)),
                new WorkflowEvent.WorkflowFailed("step a: no", 2000));
    Ended later =
        (Ended) Fold.apply(ended, new WorkflowEvent.LateResultDropped("a", 1, 5, 6, 3000));
    assertThat(later.spent().tokens()).isEqualTo(11);
    Live again =
        (Live)
            Fold.apply(
                ended,
                new WorkflowEvent.StepsReset(java.util.List.of("a"), java.util.List.of(), 4000));
    assertThat(again.run().steps()).isEmpty();
  }

  @Test
  void an_event_that_cannot_be_is_refused_by_name() {
    WorkflowState ended = Fold.apply(live, new WorkflowEvent.WorkflowFailed("no", 2));
    assertThatThrownBy(() -> Fold.apply(ended, new WorkflowEvent.Paused(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Paused[at=3] in an ended workflow");
  }

  @Test
  void what_an_erasure_left_that_was_cut_off_is_no_workflow() {
    WorkflowState left = Fold.apply(new Absent(), new WorkflowEvent.Paused(1));
    left = Fold.apply(left, new WorkflowEvent.WorkflowFailed("no", 2));
    assertThat(left).isEqualTo(new Absent());
  }
}
