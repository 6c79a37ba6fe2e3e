package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it means for a workflow that time has passed. */
final class Due {

  private Due() {}

  /** A failed attempt is repeated if the budget has room for it; else it was the last. */
  static List<WorkflowEvent> retry(Own.RetryDue due, Live live, long now) {
    Optional<StepRecord> retrying =
        live.run()
            .step(due.step())
            .filter(step -> step.is(Status.RETRYING) && step.attempt() == due.attempt());
    if (retrying.isEmpty() || live.paused()) {
      return List.of();
    }
    Optional<String> over =
        retrying.get().spec().external() ? Optional.empty() : Advance.over(live);
    return over.map(
            what ->
                List.<WorkflowEvent>of(
                    new WorkflowEvent.BudgetExhausted(what, now),
                    new WorkflowEvent.StepFailed(
                        due.step(), due.attempt(), retrying.get().reason(), true, 0, now)))
        .orElseGet(
            () ->
                List.of(
                    new WorkflowEvent.StepRepeated(due.step(), due.attempt() + 1, false, 0, now)));
  }

  /** Of the budget of seconds, in ms; negative: overdrawn. */
  static long secondsLeft(Live live, long now) {
    return live.definition().budget().seconds() * 1000 - live.clock().usedMillis(now);
  }

  /** Everything that models do is dropped when the seconds are used up. */
  static List<WorkflowEvent> seconds(Live live, long now) {
    if (!live.works() || secondsLeft(live, now) > 0) {
      return List.of();
    }
    List<WorkflowEvent> events = new ArrayList<>();
    events.add(new WorkflowEvent.BudgetExhausted("seconds", now));
    for (StepRecord step : live.run().steps(step -> !step.isOver() && !step.spec().external())) {
      events.add(new WorkflowEvent.StepSkipped(step.id(), "the time is used up", now));
    }
    return events;
  }
}
