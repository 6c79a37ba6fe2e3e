package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.llmcluster.core.serialization.StoredMessage;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Plan.End.Answered;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.Spent;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.request.CommonRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of a workflow; each phase carries only what is true in it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "s")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkflowState.Absent.class, name = "absent"),
  @JsonSubTypes.Type(value = WorkflowState.Live.class, name = "live"),
  @JsonSubTypes.Type(value = WorkflowState.Ended.class, name = "ended"),
})
public sealed interface WorkflowState extends StoredMessage {

  /** Nothing is known of it. */
  record Absent() implements WorkflowState {}

  /**
   * It has begun and not ended.
   *
   * @param run what is recorded
   * @param spent what it has cost
   * @param clock how long it has been running
   * @param receipt what crashes have cost
   * @param paused whether nothing new is begun
   * @param asked what it waits for; null: nothing
   */
  record Live(
      Definition definition,
      Run run,
      Spent spent,
      RunClock clock,
      Receipt receipt,
      boolean paused,
      @Nullable InputRequest asked)
      implements WorkflowState {

    /** Steps at which a model is or should be working. */
    public List<StepRecord> openCalls() {
      return run.steps(step -> step.is(StepRecord.Status.RUNNING) && !step.spec().external());
    }

    public List<StepRecord> retrying() {
      return run.steps(step -> step.is(StepRecord.Status.RETRYING));
    }

    /** Whether it goes on by itself; if not, it waits for somebody and need not be in memory. */
    public boolean runs() {
      return !openCalls().isEmpty() || (!paused && !retrying().isEmpty());
    }

    /** Whether models are at work or about to be again: only that uses up the budget of seconds. */
    public boolean works() {
      return !openCalls().isEmpty()
          || (!paused && retrying().stream().anyMatch(step -> !step.spec().external()));
    }

    Live with(Run next) {
      return new Live(definition, next, spent, clock, receipt, paused, asked);
    }

    Live with(Spent next) {
      return new Live(definition, run, next, clock, receipt, paused, asked);
    }

    Live with(Receipt next) {
      return new Live(definition, run, spent, clock, next, paused, asked);
    }

    /** Its program, which sees the request alone, reads the budget there. */
    Live with(Budget budget) {
      Run told = run.saying(CommonRequest.withBudget(run.request(), budget));
      return new Live(definition.with(budget), told, spent, clock, receipt, paused, asked);
    }

    Live with(RunClock next) {
      return new Live(definition, run, spent, next, receipt, paused, asked);
    }

    Live paused(boolean now) {
      return new Live(definition, run, spent, clock, receipt, now, asked);
    }

    Live asking(@Nullable InputRequest input) {
      return new Live(definition, run, spent, clock, receipt, paused, input);
    }

    /** With its clock running or standing as the rest of it says. */
    Live clockAt(long at) {
      return new Live(definition, run, spent, clock.running(works(), at), receipt, paused, asked);
    }

    Ended end(Outcome outcome, @Nullable Answered answer, String reason, long at) {
      return new Ended(
          definition, run, spent, clock.running(false, at), receipt, outcome, answer, reason, at);
    }
  }

  /** How a workflow ended. */
  enum Outcome {
    COMPLETED,
    FAILED,
    CANCELLED
  }

  /**
   * It has ended.
   *
   * @param answer null if there is none
   * @param reason why there is none; else empty
   * @param endedAt ms since 1970
   */
  record Ended(
      Definition definition,
      Run run,
      Spent spent,
      RunClock clock,
      Receipt receipt,
      Outcome outcome,
      @Nullable Answered answer,
      String reason,
      long endedAt)
      implements WorkflowState {

    Live reopened() {
      return new Live(definition, run, spent, clock, receipt, false, null);
    }

    Ended with(Spent next) {
      return new Ended(definition, run, next, clock, receipt, outcome, answer, reason, endedAt);
    }

    Ended with(Run next) {
      return new Ended(definition, next, spent, clock, receipt, outcome, answer, reason, endedAt);
    }
  }
}
