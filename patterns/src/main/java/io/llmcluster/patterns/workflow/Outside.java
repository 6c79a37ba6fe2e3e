package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Steps that somebody outside does: taken for a while, given back, and reported. A failure uses up
 * an attempt, as a model's does: after a wait the step can be taken again, until its retries are
 * used up.
 */
final class Outside {

  private Outside() {}

  static Verdict take(WorkflowCommand.TakeSteps take, Run run, long now) {
    List<WorkflowEvent> events = new ArrayList<>();
    for (String id : take.steps()) {
      Optional<StepRecord> step = find(id, run);
      if (step.isEmpty()) {
        return unknown(id);
      }
      if (!step.get().is(Status.RUNNING) || isTaken(step.get(), take.owner(), now)) {
        return conflict(step.get());
      }
      if (take.leaseMillis() > 0) {
        events.add(new WorkflowEvent.StepTaken(id, take.owner(), now + take.leaseMillis(), now));
      } else if (!step.get().owner().isEmpty()) {
        events.add(new WorkflowEvent.StepTaken(id, "", 0, now));
      }
    }
    return new Verdict(events, Optional.empty());
  }

  static Verdict report(
      WorkflowCommand.ReportStep report, Run run, PatternSettings settings, long now) {
    Optional<StepRecord> step = find(report.step(), run);
    if (step.isEmpty()) {
      return unknown(report.step());
    }
    if (isSame(report, step)) {
      return Verdict.record();
    }
    boolean taken = !report.owner().isEmpty() && isTaken(step.get(), report.owner(), now);
    boolean waits = step.get().is(Status.RETRYING) && !report.succeeded();
    if (step.get().isOver() || taken || waits) {
      return conflict(step.get());
    }
    return Verdict.record(
        report.succeeded()
            ? succeeded(report, step.get(), now)
            : failed(report, step.get(), settings, now));
  }

  private static WorkflowEvent succeeded(
      WorkflowCommand.ReportStep report, StepRecord step, long now) {
    String by = report.owner().isEmpty() ? step.owner() : report.owner();
    return new WorkflowEvent.StepCompleted(
        step.id(), step.attempt(), report.output(), 0, 0, 0, "stop", by, now);
  }

  private static WorkflowEvent failed(
      WorkflowCommand.ReportStep report, StepRecord step, PatternSettings settings, long now) {
    boolean last = step.failures() > step.spec().retries();
    long retryAt = last ? 0 : now + settings.retryAfter(step.failures()).toMillis();
    return new WorkflowEvent.StepFailed(
        step.id(), step.attempt(), report.output(), last, retryAt, now);
  }

  /**
   * Whether it was reported like that before. The same failure again is another one only once the
   * step was taken again.
   */
  static boolean isSame(WorkflowCommand.ReportStep report, Optional<StepRecord> step) {
    return step.filter(
            one ->
                report.succeeded()
                    ? one.is(Status.COMPLETED) && one.output().equals(report.output())
                    : hasFailed(one) && one.reason().equals(report.output()))
        .isPresent();
  }

  /** And was not taken again since. */
  private static boolean hasFailed(StepRecord step) {
    return step.is(Status.FAILED)
        || step.is(Status.RETRYING)
        || (step.is(Status.RUNNING) && step.failures() > 1 && step.owner().isEmpty());
  }

  private static Optional<StepRecord> find(String id, Run run) {
    return run.step(id).filter(one -> one.spec().external());
  }

  private static boolean isTaken(StepRecord step, String by, long now) {
    return !step.owner().isEmpty() && !step.owner().equals(by) && step.dueMillis() > now;
  }

  private static Verdict unknown(String id) {
    return Verdict.refuse(Why.UNKNOWN, "task '" + id + "' not found");
  }

  private static Verdict conflict(StepRecord step) {
    return Verdict.refuse(Why.CONFLICT, "task '" + step.id() + "' " + state(step));
  }

  private static String state(StepRecord step) {
    if (step.is(Status.RETRYING)) {
      return "has failed and waits for its next attempt";
    }
    return step.isOver() ? "is over" : "is taken by another";
  }
}
