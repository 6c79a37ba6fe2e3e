package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a workflow that was recovered in mid-run goes on with. */
final class Recovery {

  private Recovery() {}

  /**
   * Calls that nobody knows any more are begun again.
   *
   * @param takenUp takes up a call that still runs on this member; false if there is none
   */
  static List<WorkflowEvent> events(Live live, Predicate<StepRecord> takenUp, long now) {
    List<WorkflowEvent> events = new ArrayList<>();
    events.add(
        new WorkflowEvent.Recovered(
            live.run().steps(step -> step.is(Status.COMPLETED)).size(), now));
    for (StepRecord step : live.openCalls()) {
      if (!takenUp.test(step)) {
        events.add(
            new WorkflowEvent.StepRepeated(
                step.id(), step.attempt() + 1, true, TokenGuess.prompt(step, live.run()), now));
      }
    }
    return events;
  }
}
