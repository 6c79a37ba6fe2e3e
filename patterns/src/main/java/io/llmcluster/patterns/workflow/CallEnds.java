package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.workflow.OpenCalls.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import java.util.Optional;

/** What the end of a call means: the first result of a step stands, a failure may be repeated. */
final class CallEnds {

  private CallEnds() {}

  /** To be recorded, and the program to be asked; nothing if it changes nothing. */
  static List<WorkflowEvent> of(Ended ended, Live live, PatternSettings settings, long now) {
    Optional<StepRecord> step = live.run().step(ended.step()).filter(one -> !one.isOver());
    if (step.isEmpty()) {
      return late(ended, live, now);
    }
    return ended.result() instanceof CallResult.Answered answered
        ? List.of(completed(ended, answered, now))
        : failed(ended, (CallResult.Failed) ended.result(), step.get(), settings, now);
  }

  private static WorkflowEvent completed(Ended ended, CallResult.Answered answered, long now) {
    return new WorkflowEvent.StepCompleted(
        ended.step(),
        ended.attempt(),
        answered.text(),
        answered.promptTokens(),
        answered.completionTokens(),
        answered.millis(),
        answered.doneReason(),
        answered.node(),
        now);
  }

  private static List<WorkflowEvent> failed(
      Ended ended, CallResult.Failed failed, StepRecord step, PatternSettings settings, long now) {
    if (ended.attempt() != step.attempt() || !step.is(Status.RUNNING)) {
      return List.of();
    }
    boolean last = !failed.retryable() || step.failures() > step.spec().retries();
    long retryAt = last ? 0 : now + settings.retryAfter(step.failures()).toMillis();
    return List.of(
        new WorkflowEvent.StepFailed(
            ended.step(),
            ended.attempt(),
            failed.reason(),
            last,
            retryAt,
            now,
            failed.tokensLost()));
  }

  /** Of a step that is over: its result is dropped, but it was paid for. */
  static List<WorkflowEvent> late(Ended ended, WorkflowState state, long now) {
    boolean isRecorded =
        Fold.run(state)
            .step(ended.step())
            .filter(step -> step.is(Status.COMPLETED) && step.attempt() == ended.attempt())
            .isPresent();
    if (isRecorded || !(ended.result() instanceof CallResult.Answered late)) {
      return List.of();
    }
    return List.of(
        new WorkflowEvent.LateResultDropped(
            ended.step(), ended.attempt(), late.promptTokens(), late.completionTokens(), now));
  }
}
