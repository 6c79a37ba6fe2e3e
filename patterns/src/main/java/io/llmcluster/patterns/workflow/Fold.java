package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowState.Outcome;
import java.util.function.UnaryOperator;

/** A workflow's state out of its events. */
public final class Fold {

  private Fold() {}

  /**
   * The state after one more event.
   *
   * @throws IllegalStateException for an event that cannot happen in that state; but what comes
   *     before a beginning is what an erasure left that was cut off, and changes nothing
   */
  public static WorkflowState apply(WorkflowState state, WorkflowEvent event) {
    if (state instanceof Live live) {
      WorkflowState next = onLive(live, event);
      return next instanceof Live stillLive ? stillLive.clockAt(event.at()) : next;
    }
    if (state instanceof Ended ended) {
      return onEnded(ended, event);
    }
    return onAbsent(state, event);
  }

  /** What is recorded of the steps; nothing in a workflow that has not begun. */
  static Run run(WorkflowState state) {
    if (state instanceof Live live) {
      return live.run();
    }
    return state instanceof Ended ended
        ? ended.run()
        : Run.of(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode());
  }

  private static WorkflowState onAbsent(WorkflowState absent, WorkflowEvent event) {
    if (event instanceof WorkflowEvent.WorkflowCreated created) {
      return new Live(
          created.definition(),
          Run.of(created.request()),
          io.llmcluster.patterns.program.Spent.NOTHING,
          RunClock.NEW,
          Receipt.CLEAN,
          false,
          null);
    }
    if (event instanceof WorkflowEvent.WorkflowForked forked) {
      return new Live(
          forked.definition(),
          forked.inherited(),
          forked.spent(),
          RunClock.NEW,
          Receipt.CLEAN,
          false,
          null);
    }
    return absent;
  }

  private static WorkflowState onLive(Live live, WorkflowEvent event) {
    Run run = live.run();
    if (event instanceof WorkflowEvent.StepScheduled scheduled) {
      Live next = live.with(run.with(StepRecord.begun(scheduled.step())));
      return scheduled.step().external() ? next : next.with(next.spent().call());
    }
    if (event instanceof WorkflowEvent.StepRepeated repeated) {
      return repeated(live, repeated);
    }
    if (event instanceof WorkflowEvent.StepCompleted done) {
      return step(
              live,
              done.step(),
              step ->
                  step.completed(
                      done.attempt(),
                      done.output(),
                      done.promptTokens(),
                      done.completionTokens(),
                      done.millis(),
                      done.doneReason(),
                      done.node()))
          .with(live.spent().used(done.promptTokens(), done.completionTokens()));
    }
    if (event instanceof WorkflowEvent.StepFailed failed) {
      return step(
              live,
              failed.step(),
              step -> step.failed(failed.reason(), failed.last(), failed.retryAt()))
          .with(live.spent().used(0, failed.tokensLost()));
    }
    if (event instanceof WorkflowEvent.StepSkipped skipped) {
      return step(live, skipped.step(), step -> step.skipped(skipped.reason()));
    }
    if (event instanceof WorkflowEvent.StepTaken taken) {
      return step(live, taken.step(), step -> step.taken(taken.owner(), taken.until()));
    }
    if (event instanceof WorkflowEvent.LateResultDropped late) {
      return live.with(live.spent().used(late.promptTokens(), late.completionTokens()));
    }
    if (event instanceof WorkflowEvent.StepsReset reset) {
      InputRequest asked = live.asked();
      boolean moot = asked != null && reset.inputs().contains(asked.id());
      return live.asking(moot ? null : asked).with(without(run, reset));
    }
    if (event instanceof WorkflowEvent.DecisionMade made) {
      return live.with(run.with(made.decision()));
    }
    return onControl(live, event);
  }

  private static WorkflowState onControl(Live live, WorkflowEvent event) {
    if (event instanceof WorkflowEvent.InputRequested asked) {
      return live.asking(asked.input());
    }
    if (event instanceof WorkflowEvent.InputReceived input) {
      return live.asking(null).with(live.run().with(input.input(), input.value()));
    }
    if (event instanceof WorkflowEvent.Paused) {
      return live.paused(true);
    }
    if (event instanceof WorkflowEvent.Resumed) {
      return live.paused(false);
    }
    if (event instanceof WorkflowEvent.Recovered recovered) {
      Receipt receipt = live.receipt();
      return live.with(new Receipt(receipt.reissued(), receipt.tokensLost(), recovered.reused()))
          .with(live.clock().recovered());
    }
    if (event instanceof WorkflowEvent.BudgetExhausted) {
      return live.with(live.run().withoutBudget());
    }
    if (event instanceof WorkflowEvent.BudgetRaised raised) {
      Live richer = live.with(raised.budget());
      return richer.with(richer.run().withBudget());
    }
    if (event instanceof WorkflowEvent.WorkflowCancelled cancelled) {
      String reason = cancelled.reason() == null ? "cancelled" : cancelled.reason();
      return live.end(Outcome.CANCELLED, null, reason, event.at());
    }
    if (event instanceof WorkflowEvent.WorkflowCompleted completed) {
      return live.end(Outcome.COMPLETED, completed.end(), "", event.at());
    }
    if (event instanceof WorkflowEvent.WorkflowFailed failed) {
      return live.end(Outcome.FAILED, null, failed.reason(), event.at());
    }
    throw new IllegalStateException(event + " in a live workflow");
  }

  private static WorkflowState onEnded(Ended ended, WorkflowEvent event) {
    if (event instanceof WorkflowEvent.StepsReset reset) {
      return ended.reopened().with(without(ended.run(), reset)).clockAt(event.at());
    }
    if (event instanceof WorkflowEvent.LateResultDropped late) {
      return ended.with(ended.spent().used(late.promptTokens(), late.completionTokens()));
    }
    if (event instanceof WorkflowEvent.DecisionMade made) {
      return ended.with(ended.run().with(made.decision()));
    }
    throw new IllegalStateException(event + " in an ended workflow");
  }

  private static Live repeated(Live live, WorkflowEvent.StepRepeated repeated) {
    Receipt receipt = live.receipt();
    boolean external =
        live.run().step(repeated.step()).filter(step -> step.spec().external()).isPresent();
    Live next =
        step(live, repeated.step(), step -> step.again(repeated.attempt(), repeated.reissued()))
            .with(external ? live.spent() : live.spent().call());
    return repeated.reissued()
        ? next.with(
            new Receipt(
                receipt.reissued() + 1,
                receipt.tokensLost() + repeated.tokensLost(),
                receipt.reused()))
        : next;
  }

  private static Live step(Live live, String id, UnaryOperator<StepRecord> change) {
    return live.with(
        live.run().step(id).map(step -> live.run().with(change.apply(step))).orElse(live.run()));
  }

  private static Run without(Run run, WorkflowEvent.StepsReset reset) {
    return run.keeping(
            step -> !reset.steps().contains(step.id()),
            decision -> !reset.decisions().contains(decision.id()))
        .withoutInputs(reset.inputs());
  }
}
