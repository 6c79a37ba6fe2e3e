package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps that somebody outside does: taken for a while, given back, and reported once. */
final class Outside {

  private Outside() {}

  static Verdict take(WorkflowCommand.TakeSteps take, Run run, long now) {
    List<WorkflowEvent> events = new ArrayList<>();
    for (String id : take.steps()) {
      Optional<StepRecord> step = find(id, run);
      if (step.isEmpty()) {
        return unknown(id);
      }
      if (step.get().isOver() || isTaken(step.get(), take.owner(), now)) {
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

  static Verdict report(WorkflowCommand.ReportStep report, Run run, long now) {
    Optional<StepRecord> step = find(report.step(), run);
    if (step.isEmpty()) {
      return unknown(report.step());
    }
    if (isSame(report, step)) {
      return Verdict.record();
    }
    boolean taken = !report.owner().isEmpty() && isTaken(step.get(), report.owner(), now);
    if (step.get().isOver() || taken) {
      return conflict(step.get());
    }
    String by = report.owner().isEmpty() ? step.get().owner() : report.owner();
    return Verdict.record(
        report.succeeded()
            ? new WorkflowEvent.StepCompleted(
                report.step(), 1, report.output(), 0, 0, 0, "stop", by, now)
            : new WorkflowEvent.StepFailed(report.step(), 1, report.output(), true, 0, now));
  }

  /** Whether it was reported like that before. */
  static boolean isSame(WorkflowCommand.ReportStep report, Optional<StepRecord> step) {
    return step.filter(
            one ->
                report.succeeded()
                    ? one.is(StepRecord.Status.COMPLETED) && one.output().equals(report.output())
                    : one.is(StepRecord.Status.FAILED) && one.reason().equals(report.output()))
        .isPresent();
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
    return Verdict.refuse(
        Why.CONFLICT,
        "task '" + step.id() + "' is " + (step.isOver() ? "over" : "taken by another"));
  }
}
