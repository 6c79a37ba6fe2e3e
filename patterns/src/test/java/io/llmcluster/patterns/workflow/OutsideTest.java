package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.task.TaskStatus;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

/** Failures that somebody outside reports use up attempts, as those of models do. */
class OutsideTest {

  private static final ActorRef<WorkflowReply> NOBODY = Runs.nobody();
  private static final Pattern OUTSIDE = Runs.pattern("outside");

  private static Live begun() {
    return (Live) Runs.advanced(new Absent(), OUTSIDE, Runs.created(OUTSIDE, "{'prompt':'q'}"));
  }

  private static Verdict decide(Live live, WorkflowCommand.Asked command) {
    return Control.decide(command, live, OUTSIDE, TestMember.settings(), 5000);
  }

  private static WorkflowCommand.ReportStep failed(String reason) {
    return new WorkflowCommand.ReportStep("task", false, reason, "", NOBODY);
  }

  private static WorkflowCommand.TakeSteps take() {
    return new WorkflowCommand.TakeSteps(List.of("task"), "me", 1000, NOBODY);
  }

  private static Live after(Live live, Verdict verdict) {
    return (Live) Runs.folded(live, verdict.events());
  }

  private static StepRecord task(Live live) {
    return live.run().step("task").orElseThrow();
  }

  /** Failed once, and the wait is over. */
  private static Live again() {
    Live waiting = after(begun(), decide(begun(), failed("no")));
    return (Live) Runs.folded(waiting, Due.retry(new Own.RetryDue("task", 1), waiting, 6000));
  }

  @Test
  void a_failure_is_not_the_last_and_the_task_waits_for_its_next_attempt() {
    Live waiting = after(begun(), decide(begun(), failed("no")));
    assertThat(task(waiting).status()).isEqualTo(Status.RETRYING);
    assertThat(task(waiting).dueMillis()).isEqualTo(5001);
    assertThat(waiting.runs()).as("has a timer").isTrue();
    assertThat(waiting.clock().runningSince()).as("costs no seconds").isZero();
    Refused waits =
        new Refused(Why.CONFLICT, "task 'task' has failed and waits for its next attempt");
    assertThat(decide(waiting, take()).refused()).hasValue(waits);
    assertThat(decide(waiting, failed("other")).refused()).hasValue(waits);
    assertThat(decide(waiting, failed("no"))).isEqualTo(Verdict.record());
  }

  @Test
  void after_the_wait_it_can_be_taken_again_and_no_model_call_is_counted() {
    Live again = again();
    assertThat(task(again).attempt()).isEqualTo(2);
    assertThat(TaskStatus.ofStep("task", again.run())).isEqualTo(TaskStatus.READY);
    assertThat(again.spent().modelCalls()).isZero();
    assertThat(decide(again, take()).events()).hasSize(1);
  }

  @Test
  void a_budget_of_calls_that_is_used_up_is_no_matter_to_the_outside() {
    Live poor =
        after(begun(), decide(begun(), failed("no")))
            .with(new io.llmcluster.patterns.program.Budget(0, 0, 9));
    assertThat(Due.retry(new Own.RetryDue("task", 1), poor, 6000))
        .containsExactly(new WorkflowEvent.StepRepeated("task", 2, false, 0, 6000));
  }

  @Test
  void the_same_failure_again_counts_once_the_task_was_taken_again() {
    Live again = again();
    assertThat(decide(again, failed("no"))).isEqualTo(Verdict.record());
    Live taken = after(again, decide(again, take()));
    assertThat(decide(taken, failed("no")).events())
        .containsExactly(new WorkflowEvent.StepFailed("task", 2, "no", false, 5002, 5000));
  }

  @Test
  void a_failure_after_the_last_retry_is_for_good() {
    Live again = again();
    Live twice = after(again, decide(again, failed("no, again")));
    Live third = (Live) Runs.folded(twice, Due.retry(new Own.RetryDue("task", 2), twice, 7000));
    Verdict last = decide(third, failed("never"));
    assertThat(last.events())
        .containsExactly(new WorkflowEvent.StepFailed("task", 3, "never", true, 0, 5000));
    Live over = after(third, last);
    assertThat(decide(over, failed("never"))).isEqualTo(Verdict.record());
    assertThat(decide(over, failed("other")).refused())
        .hasValue(new Refused(Why.CONFLICT, "task 'task' is over"));
  }

  @Test
  void a_result_that_comes_after_all_is_taken() {
    Live waiting = after(begun(), decide(begun(), failed("no")));
    Verdict done =
        decide(waiting, new WorkflowCommand.ReportStep("task", true, "well", "", NOBODY));
    assertThat(task(after(waiting, done)).output()).isEqualTo("well");
  }
}
