package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a failed step again: forgets it, every step that has read it, and every decision, which may
 * rest on it.
 */
final class Retrying {

  private Retrying() {}

  /**
   * @param live as it is, or as it would be opened again
   */
  static Verdict decide(WorkflowCommand.RetryStep retry, Live live, long now) {
    Budget more = retry.more();
    Live raised = more == null ? live : live.with(live.definition().budget().plus(more));
    return refusal(retry, live.run())
        .or(() -> unpaid(retry, raised, now))
        .orElseGet(() -> again(retry, live, raised, now));
  }

  private static Optional<Verdict> refusal(WorkflowCommand.RetryStep retry, Run run) {
    if (retry.step().isEmpty()) {
      return run.exhausted() || !run.steps(Retrying::hasFailed).isEmpty()
          ? Optional.empty()
          : Optional.of(Verdict.refuse(Why.CONFLICT, "no step has failed"));
    }
    Optional<StepRecord> step = run.step(retry.step());
    if (step.isEmpty()) {
      return Optional.of(Verdict.refuse(Why.UNKNOWN, "step '" + retry.step() + "' not found"));
    }
    return hasFailed(step.get())
        ? Optional.empty()
        : Optional.of(
            Verdict.refuse(
                Why.CONFLICT,
                "step '" + retry.step() + "' has not failed (expected: a failed step)"));
  }

  /** A model that has said nothing has failed too; somebody outside may have nothing to say. */
  private static boolean hasFailed(StepRecord step) {
    return step.is(Status.FAILED)
        || step.is(Status.SKIPPED)
        || (step.is(Status.COMPLETED) && !step.spec().external() && step.output().isBlank());
  }

  /** It would end at once, and not say why. */
  private static Optional<Verdict> unpaid(WorkflowCommand.RetryStep retry, Live raised, long now) {
    boolean external =
        raised.run().step(retry.step()).filter(step -> step.spec().external()).isPresent();
    if (external && !raised.run().exhausted()) {
      return Optional.empty();
    }
    return Advance.over(raised)
        .or(() -> Due.secondsLeft(raised, now) > 0 ? Optional.empty() : Optional.of("seconds"))
        .map(
            what ->
                Verdict.refuse(
                    Why.CONFLICT,
                    "the budget of "
                        + what
                        + " is used up (expected: budget, with more "
                        + what
                        + ")"));
  }

  private static Verdict again(WorkflowCommand.RetryStep retry, Live live, Live raised, long now) {
    List<WorkflowEvent> events = new ArrayList<>();
    events.add(reset(retry, live.run(), now));
    if (retry.more() != null || live.run().exhausted()) {
      events.add(new WorkflowEvent.BudgetRaised(raised.definition().budget(), now));
    }
    return new Verdict(events, Optional.empty());
  }

  private static WorkflowEvent reset(WorkflowCommand.RetryStep retry, Run run, long now) {
    Set<String> forgotten = new HashSet<>();
    if (retry.step().isEmpty()) {
      run.steps(Retrying::hasFailed).forEach(step -> forgotten.add(step.id()));
    } else {
      forgotten.add(retry.step());
    }
    boolean more;
    do {
      more = false;
      for (StepRecord other : run.steps().values()) {
        boolean rests =
            read(other.spec().prompt()).anyMatch(forgotten::contains) || other.is(Status.SKIPPED);
        more |= rests && forgotten.add(other.id());
      }
    } while (more);
    return new WorkflowEvent.StepsReset(
        forgotten.stream().sorted().toList(),
        run.decisions().values().stream()
            .filter(decision -> rests(decision, forgotten))
            .map(Decision::id)
            .toList(),
        now);
  }

  private static boolean rests(Decision decision, Set<String> forgotten) {
    return !decision.id().equals("plan") || forgotten.contains(decision.chosen());
  }

  private static Stream<String> read(Prompt prompt) {
    return Stream.concat(
        prompt.outputs().values().stream(),
        prompt.lists().values().stream().flatMap(List::stream).map(Prompt.Item::step));
  }
}
