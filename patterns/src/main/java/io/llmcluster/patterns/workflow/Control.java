package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a command does to a workflow, as events; or why it does nothing. */
final class Control {

  private Control() {}

  /**
   * Events to record, which may be none; or a refusal.
   *
   * @param refused null: not refused
   */
  record Verdict(List<WorkflowEvent> events, Optional<Refused> refused) {

    static Verdict record(WorkflowEvent... events) {
      return new Verdict(List.of(events), Optional.empty());
    }

    static Verdict refuse(Why why, String reason) {
      return new Verdict(List.of(), Optional.of(new Refused(why, reason)));
    }
  }

  static Verdict decide(
      WorkflowCommand.Asked command,
      Live live,
      Pattern pattern,
      PatternSettings settings,
      long now) {
    if (command instanceof WorkflowCommand.Submit submit) {
      return sameAgain(submit, live.definition());
    }
    if (command instanceof WorkflowCommand.Fork fork) {
      return sameAgain(fork, live.definition());
    }
    if (command instanceof WorkflowCommand.Pause) {
      return live.paused() ? Verdict.record() : Verdict.record(new WorkflowEvent.Paused(now));
    }
    if (command instanceof WorkflowCommand.Resume) {
      return live.paused() ? Verdict.record(new WorkflowEvent.Resumed(now)) : Verdict.record();
    }
    if (command instanceof WorkflowCommand.Cancel cancel) {
      return cancel(cancel, live, now);
    }
    if (command instanceof WorkflowCommand.GiveInput input) {
      return input(input, live, pattern, now);
    }
    if (command instanceof WorkflowCommand.RetryStep retry) {
      return Retrying.decide(retry, live, pattern, now);
    }
    if (command instanceof WorkflowCommand.TakeSteps take) {
      return Outside.take(take, live.run(), now);
    }
    if (command instanceof WorkflowCommand.ReportStep report) {
      return Outside.report(report, live.run(), settings, now);
    }
    return Verdict.refuse(Why.CONFLICT, "the workflow has not ended");
  }

  static Verdict decide(WorkflowCommand.Asked command, Ended ended, Pattern pattern, long now) {
    if (command instanceof WorkflowCommand.Submit submit) {
      return sameAgain(submit, ended.definition());
    }
    if (command instanceof WorkflowCommand.Fork fork) {
      return sameAgain(fork, ended.definition());
    }
    if (command instanceof WorkflowCommand.RetryStep retry) {
      return Retrying.decide(retry, ended.reopened(), pattern, now);
    }
    if (command instanceof WorkflowCommand.Reaggregate again) {
      return Reaggregation.decide(again, ended, pattern, now);
    }
    if (isSameEnd(command, ended)) {
      return Verdict.record();
    }
    if (command instanceof WorkflowCommand.ReportStep report
        && Outside.isSame(report, ended.run().step(report.step()))) {
      return Verdict.record();
    }
    return Verdict.refuse(Why.CONFLICT, "the workflow has ended");
  }

  private static Verdict sameAgain(WorkflowCommand.Submit submit, Definition definition) {
    return sameAgain(
        submit.requestHash().equals(definition.requestHash())
            && submit.pattern().equals(definition.pattern()));
  }

  private static Verdict sameAgain(WorkflowCommand.Fork fork, Definition definition) {
    return sameAgain(Definitions.hash(fork).equals(definition.requestHash()));
  }

  private static Verdict sameAgain(boolean same) {
    return same
        ? Verdict.record()
        : Verdict.refuse(Why.CONFLICT, "the key was used for another request");
  }

  /** Needs no program: what has lost its own can be ended, and then erased. */
  static Verdict cancel(WorkflowCommand.Cancel cancel, Live live, long now) {
    List<WorkflowEvent> events = new ArrayList<>();
    for (StepRecord open : live.run().steps(step -> !step.isOver())) {
      events.add(new WorkflowEvent.StepSkipped(open.id(), "cancelled", now));
    }
    events.add(new WorkflowEvent.WorkflowCancelled(cancel.reason(), now));
    return new Verdict(events, Optional.empty());
  }

  /** Whether it asks for what has been done already; needs no program either. */
  static boolean isSameEnd(WorkflowCommand.Asked command, Ended ended) {
    return command instanceof WorkflowCommand.Cancel
        && ended.outcome() == WorkflowState.Outcome.CANCELLED;
  }

  private static Verdict input(
      WorkflowCommand.GiveInput input, Live live, Pattern pattern, long now) {
    if (live.run().input(input.input()).filter(input.value()::equals).isPresent()) {
      return Verdict.record();
    }
    if (live.asked() == null || !live.asked().id().equals(input.input())) {
      return Verdict.refuse(
          live.run().input(input.input()).isPresent() ? Why.CONFLICT : Why.UNKNOWN,
          "input '" + input.input() + "' is not asked for");
    }
    List<String> errors = pattern.refuseInput(live.run(), input.input(), input.value());
    return errors.isEmpty()
        ? Verdict.record(new WorkflowEvent.InputReceived(input.input(), input.value(), now))
        : Verdict.refuse(Why.INVALID, String.join("; ", errors));
  }
}
