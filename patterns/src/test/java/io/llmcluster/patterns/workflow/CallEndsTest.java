package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallEndsTest {

  private static WorkflowEvent failure(Live live, int attempt) {
    return CallEnds.of(
            new OpenCalls.Ended("a", attempt, new CallResult.Failed("no", true)),
            live,
            TestMember.settings(),
            5000)
        .get(0);
  }

  @Test
  void attempts_that_a_crash_lost_use_up_no_retry() {
    Live live = Runs.live("chain", "{'prompt':'q'}");
    Live lost =
        Runs.after(
            live,
            new WorkflowEvent.StepScheduled(SmallPattern.ask("a", live.run()), 1000),
            new WorkflowEvent.StepRepeated("a", 2, true, 0, 2000),
            new WorkflowEvent.StepRepeated("a", 3, true, 0, 3000));
    WorkflowEvent.StepFailed first = (WorkflowEvent.StepFailed) failure(lost, 3);
    assertThat(first.last()).isFalse();
    assertThat(first.retryAt()).isEqualTo(5000 + TestMember.settings().retryAfter(1).toMillis());
    Live third =
        Runs.after(
            lost,
            first,
            new WorkflowEvent.StepRepeated("a", 4, false, 0, 6000),
            new WorkflowEvent.StepFailed("a", 4, "no", false, 7000, 6500),
            new WorkflowEvent.StepRepeated("a", 5, false, 0, 7000));
    assertThat(((WorkflowEvent.StepFailed) failure(third, 5)).last()).isTrue();
  }

  @Test
  void the_failure_of_an_attempt_that_is_not_the_last_one_means_nothing() {
    Live live = Runs.live("chain", "{'prompt':'q'}");
    Live second =
        Runs.after(
            live,
            new WorkflowEvent.StepScheduled(SmallPattern.ask("a", live.run()), 1000),
            new WorkflowEvent.StepRepeated("a", 2, true, 0, 2000));
    OpenCalls.Ended stale = new OpenCalls.Ended("a", 1, new CallResult.Failed("no", true));
    assertThat(CallEnds.of(stale, second, TestMember.settings(), 5000)).isEqualTo(List.of());
  }
}
