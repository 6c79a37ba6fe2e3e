package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.serialization.StoredMessage;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Plan.End.Answered;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.Spent;
import io.llmcluster.patterns.program.StepSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a workflow; its journal. Names and fields are a contract with every later version
 * ({@code src/test/resources/events} holds old payloads that must load). {@code at} is always ms
 * since 1970.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "e")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkflowEvent.WorkflowCreated.class, name = "created"),
  @JsonSubTypes.Type(value = WorkflowEvent.WorkflowForked.class, name = "forked"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepScheduled.class, name = "scheduled"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepRepeated.class, name = "repeated"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepCompleted.class, name = "completed"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepFailed.class, name = "failed"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepSkipped.class, name = "skipped"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepTaken.class, name = "taken"),
  @JsonSubTypes.Type(value = WorkflowEvent.LateResultDropped.class, name = "late"),
  @JsonSubTypes.Type(value = WorkflowEvent.StepsReset.class, name = "reset"),
  @JsonSubTypes.Type(value = WorkflowEvent.DecisionMade.class, name = "decided"),
  @JsonSubTypes.Type(value = WorkflowEvent.InputRequested.class, name = "asked"),
  @JsonSubTypes.Type(value = WorkflowEvent.InputReceived.class, name = "input"),
  @JsonSubTypes.Type(value = WorkflowEvent.Paused.class, name = "paused"),
  @JsonSubTypes.Type(value = WorkflowEvent.Resumed.class, name = "resumed"),
  @JsonSubTypes.Type(value = WorkflowEvent.Recovered.class, name = "recovered"),
  @JsonSubTypes.Type(value = WorkflowEvent.BudgetExhausted.class, name = "exhausted"),
  @JsonSubTypes.Type(value = WorkflowEvent.BudgetRaised.class, name = "raised"),
  @JsonSubTypes.Type(value = WorkflowEvent.WorkflowCancelled.class, name = "cancelled"),
  @JsonSubTypes.Type(value = WorkflowEvent.WorkflowCompleted.class, name = "answered"),
  @JsonSubTypes.Type(value = WorkflowEvent.WorkflowFailed.class, name = "gave-up"),
})
public sealed interface WorkflowEvent extends StoredMessage {

  long at();

  record WorkflowCreated(Definition definition, ObjectNode request, long at)
      implements WorkflowEvent {}

  /** Begun with a part of another workflow's history. */
  record WorkflowForked(Definition definition, Run inherited, Spent spent, long at)
      implements WorkflowEvent {}

  /** The first attempt of a step; persisted before the model is called. */
  record StepScheduled(StepSpec step, long at) implements WorkflowEvent {}

  /**
   * A further attempt.
   *
   * @param reissued because a crash left the attempt before without a result, and not because it
   *     failed
   * @param tokensLost see {@link Receipt}
   */
  record StepRepeated(String step, int attempt, boolean reissued, long tokensLost, long at)
      implements WorkflowEvent {}

  /** The first result of a step, from whichever attempt. */
  record StepCompleted(
      String step,
      int attempt,
      String output,
      long promptTokens,
      long completionTokens,
      long millis,
      String doneReason,
      String node,
      long at)
      implements WorkflowEvent {}

  /**
   * An attempt failed.
   *
   * @param last whether the step has failed with it
   * @param retryAt when the next attempt is due, ms since 1970; 0 after the last
   * @param tokensLost at least that many tokens were written before it failed; 0 in payloads of
   *     earlier versions
   */
  record StepFailed(
      String step, int attempt, String reason, boolean last, long retryAt, long at, long tokensLost)
      implements WorkflowEvent {

    /** A failure before a model wrote anything, as far as is known. */
    public StepFailed(
        String step, int attempt, String reason, boolean last, long retryAt, long at) {
      this(step, attempt, reason, last, retryAt, at, 0);
    }
  }

  record StepSkipped(String step, String reason, long at) implements WorkflowEvent {}

  /** Somebody outside has taken a step; an empty owner gives it back. */
  record StepTaken(String step, String owner, long until, long at) implements WorkflowEvent {}

  /** A result that came when the step was over: dropped, but it was paid for. */
  record LateResultDropped(
      String step, int attempt, long promptTokens, long completionTokens, long at)
      implements WorkflowEvent {}

  /**
   * Steps and decisions are forgotten, to be made again.
   *
   * @param inputs what a person said, or is being asked, of something that is forgotten; none in
   *     payloads of earlier versions
   */
  record StepsReset(List<String> steps, List<String> decisions, long at, List<String> inputs)
      implements WorkflowEvent {

    public StepsReset(
        List<String> steps, List<String> decisions, long at, @Nullable List<String> inputs) {
      this.steps = steps;
      this.decisions = decisions;
      this.at = at;
      this.inputs = inputs == null ? List.of() : inputs;
    }

    /** Of which nobody has said anything. */
    public StepsReset(List<String> steps, List<String> decisions, long at) {
      this(steps, decisions, at, List.of());
    }
  }

  record DecisionMade(Decision decision, long at) implements WorkflowEvent {}

  record InputRequested(InputRequest input, long at) implements WorkflowEvent {}

  record InputReceived(String input, JsonNode value, long at) implements WorkflowEvent {}

  record Paused(long at) implements WorkflowEvent {}

  record Resumed(long at) implements WorkflowEvent {}

  /** The workflow was taken up again in mid-run; {@code reused} results were there. */
  record Recovered(int reused, long at) implements WorkflowEvent {}

  /**
   * @param what of the budget is used up: {@code modelCalls}, {@code tokens}, {@code seconds}
   */
  record BudgetExhausted(String what, long at) implements WorkflowEvent {}

  /**
   * It may cost more from now on, also if it was used up.
   *
   * @param budget the whole of it
   */
  record BudgetRaised(Budget budget, long at) implements WorkflowEvent {}

  record WorkflowCancelled(@Nullable String reason, long at) implements WorkflowEvent {}

  record WorkflowCompleted(Answered end, long at) implements WorkflowEvent {}

  record WorkflowFailed(String reason, long at) implements WorkflowEvent {}
}
