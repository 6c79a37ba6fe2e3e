package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Pattern;
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

/**
 * Makes a failed step again: forgets it, every step that has read it or was told what there was
 * without it, every decision that may rest on it, and what a person said of something that comes
 * about anew. With more budget, a run that ended early for want of it goes on from there.
 */
final class Retrying {

  private Retrying() {}

  /**
   * @param live as it is, or as it would be opened again
   */
  static Verdict decide(WorkflowCommand.RetryStep retry, Live live, Pattern pattern, long now) {
    Budget more = retry.more();
    Live raised = more == null ? live : live.with(live.definition().budget().plus(more));
    return refusal(retry, live.run(), pattern)
        .or(() -> unpaid(retry, raised, now))
        .orElseGet(() -> again(retry, live, raised, pattern, now));
  }

  private static Optional<Verdict> refusal(
      WorkflowCommand.RetryStep retry, Run run, Pattern pattern) {
    if (retry.step().isEmpty()) {
      return run.exhausted() || !run.steps(Retrying::hasFailed).isEmpty()
          ? Optional.empty()
          : nothingFailed(retry, run, pattern);
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

  private static Optional<Verdict> nothingFailed(
      WorkflowCommand.RetryStep retry, Run run, Pattern pattern) {
    if (!isCutShort(run, pattern)) {
      return Optional.of(Verdict.refuse(Why.CONFLICT, "no step has failed"));
    }
    return retry.more() != null
        ? Optional.empty()
        : Optional.of(
            Verdict.refuse(
                Why.CONFLICT,
                "the budget had no room for more (expected: budget, with more modelCalls or"
                    + " tokens)"));
  }

  /** Whether it ended early for want of budget; nobody is at work any more. */
  private static boolean isCutShort(Run run, Pattern pattern) {
    return isQuiet(run) && run.decisions().values().stream().anyMatch(pattern::wantsBudget);
  }

  private static boolean isQuiet(Run run) {
    return run.steps(step -> !step.isOver()).isEmpty();
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

  private static Verdict again(
      WorkflowCommand.RetryStep retry, Live live, Live raised, Pattern pattern, long now) {
    List<WorkflowEvent> events = new ArrayList<>();
    Set<String> forgotten = forgotten(retry, live.run());
    if (isQuiet(live.run())) { // who is at work goes on with what they were told
      forgotten.addAll(passedBy(raised.run(), forgotten, pattern));
    }
    events.add(reset(live, raised, forgotten, pattern, now));
    if (retry.more() != null || live.run().exhausted()) {
      events.add(new WorkflowEvent.BudgetRaised(raised.definition().budget(), now));
    }
    return new Verdict(events, Optional.empty());
  }

  /**
   * What may not come about as it did: a judge was asked about other answers than those that there
   * will be, if a debate goes on now, or if one answers who had failed.
   */
  private static Set<String> passedBy(Run raised, Set<String> forgotten, Pattern pattern) {
    Run left = raised.keeping(step -> !forgotten.contains(step.id()), decision -> false);
    Set<String> passed = new HashSet<>(left.steps().keySet());
    passed.removeAll(
        Replay.of(
                left,
                left.request(),
                pattern,
                (step, wanted, now) ->
                    Inheritance.tellsTheSame(step.spec().prompt(), raised, wanted.prompt(), now),
                asked -> true)
            .run()
            .steps()
            .keySet());
    return passed;
  }

  private static WorkflowEvent reset(
      Live live, Live raised, Set<String> forgotten, Pattern pattern, long now) {
    return new WorkflowEvent.StepsReset(
        forgotten.stream().sorted().toList(),
        live.run().decisions().values().stream()
            .filter(decision -> !pattern.outlasts(decision, forgotten))
            .map(Decision::id)
            .toList(),
        now,
        unsaid(live, raised, forgotten, pattern));
  }

  /** What a person said, or is being asked, of something that will not come about as it was. */
  private static List<String> unsaid(
      Live live, Live raised, Set<String> forgotten, Pattern pattern) {
    Run run = live.run();
    InputRequest open = live.asked();
    if (run.inputs().isEmpty() && open == null) {
      return List.of();
    }
    Replay before = Replay.asItWas(run, pattern);
    Run left = run.keeping(step -> !forgotten.contains(step.id()), decision -> false);
    Replay after =
        Replay.of(
            left,
            raised.run().request(),
            pattern,
            (step, wanted, now) -> step.isOver(),
            before::asked);
    List<String> unsaid = new ArrayList<>(run.inputs().keySet());
    unsaid.removeAll(after.run().inputs().keySet());
    if (open != null && !after.asked(open)) {
      unsaid.add(open.id());
    }
    return List.copyOf(unsaid);
  }

  private static Set<String> forgotten(WorkflowCommand.RetryStep retry, Run run) {
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
            other.spec().prompt().stepsRead().anyMatch(forgotten::contains)
                || other.is(Status.SKIPPED);
        more |= rests && forgotten.add(other.id());
      }
    } while (more);
    return forgotten;
  }
}
