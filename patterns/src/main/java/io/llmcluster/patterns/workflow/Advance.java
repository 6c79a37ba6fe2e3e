package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.Spent;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the program what to do and says it in events, again and again until it wants nothing new: so
 * that a result and all that follows from it become durable in one write.
 */
final class Advance {

  /** Turns without a model's answer; a program that wants more goes round in circles. */
  private static final int MOST_TURNS = 1000;

  private final Pattern pattern;
  private final long now;
  private final List<WorkflowEvent> events = new ArrayList<>();
  private WorkflowState state;

  private Advance(Pattern pattern, WorkflowState state, long now) {
    this.pattern = pattern;
    this.state = state;
    this.now = now;
  }

  /**
   * The given events, and what follows from them.
   *
   * @param state before the events
   * @param now ms since 1970
   */
  static List<WorkflowEvent> after(
      List<WorkflowEvent> first, WorkflowState state, Pattern pattern, long now) {
    Advance advance = new Advance(pattern, state, now);
    first.forEach(advance::add);
    advance.run();
    return advance.events;
  }

  private void add(WorkflowEvent event) {
    events.add(event);
    state = Fold.apply(state, event);
  }

  private void run() {
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      if (!(state instanceof Live live) || live.paused() || live.asked() != null) {
        return;
      }
      Plan plan;
      try {
        plan = pattern.next(live.run());
      } catch (RuntimeException fault) { // it would fail again after each restart
        fail("pattern " + pattern.name() + " failed: " + fault.getMessage());
        return;
      }
      if (!turn(live, plan)) {
        return;
      }
    }
    fail("pattern " + pattern.name() + " goes round");
  }

  /** Ends without an answer. */
  private void fail(String reason) {
    end(new Plan.End.GaveUp(reason));
  }

  /** Whether something changed, so that the program has to be asked again. */
  private boolean turn(Live live, Plan plan) {
    int before = events.size();
    for (String id : plan.skip()) {
      if (live.run().step(id).filter(step -> !step.isOver()).isPresent()) {
        add(new WorkflowEvent.StepSkipped(id, "not needed any more", now));
      }
    }
    if (plan.end() != null) {
      end(plan.end());
      return false;
    }
    if (plan.decision() != null && live.run().decision(plan.decision().id()).isEmpty()) {
      add(new WorkflowEvent.DecisionMade(plan.decision(), now));
    } else if (plan.input() != null && live.run().input(plan.input().id()).isEmpty()) {
      add(new WorkflowEvent.InputRequested(plan.input(), now));
    } else {
      begin(plan.steps());
    }
    if (events.size() == before && isStuck(live)) {
      fail(
          live.run().exhausted()
              ? "the budget is used up"
              : "pattern " + pattern.name() + " does not know how to go on");
    }
    return events.size() > before;
  }

  private static boolean isStuck(Live live) {
    return live.run().steps(step -> !step.isOver()).isEmpty();
  }

  private void begin(List<StepSpec> wanted) {
    for (StepSpec step : wanted) {
      Run run = ((Live) state).run();
      if (run.step(step.id()).isPresent() || run.exhausted()) {
        continue;
      }
      Optional<String> over = step.external() ? Optional.empty() : over((Live) state);
      if (over.isPresent()) {
        add(new WorkflowEvent.BudgetExhausted(over.get(), now));
        return;
      }
      add(new WorkflowEvent.StepScheduled(step, now));
    }
  }

  /** Which part of the budget leaves no room for another call. */
  static Optional<String> over(Live live) {
    Budget budget = live.definition().budget();
    Spent spent = live.spent();
    if (spent.modelCalls() >= budget.modelCalls()) {
      return Optional.of("modelCalls");
    }
    return spent.tokens() >= budget.tokens() ? Optional.of("tokens") : Optional.empty();
  }

  /** What is still open has nobody to answer to. */
  private void end(Plan.End end) {
    for (StepRecord open : ((Live) state).run().steps(step -> !step.isOver())) {
      add(new WorkflowEvent.StepSkipped(open.id(), "the workflow has ended", now));
    }
    add(
        end instanceof Plan.End.Answered answered
            ? new WorkflowEvent.WorkflowCompleted(answered, now)
            : new WorkflowEvent.WorkflowFailed(((Plan.End.GaveUp) end).reason(), now));
  }
}
