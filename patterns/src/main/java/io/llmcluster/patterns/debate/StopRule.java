package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether another round is worth it. */
final class StopRule {

  /** Calls kept back for the verdict: the judge's and the guard's. */
  private static final int FOR_THE_VERDICT = 2;

  private final Run run;
  private final DebateParams params;

  StopRule(Run run, DebateParams params) {
    this.run = run;
    this.params = params;
  }

  /** A rule, or the step that has to be asked first. */
  record Finding(boolean stop, String rule, @Nullable StepSpec pending) {
    static Finding stop(String rule) {
      return new Finding(true, rule, null);
    }
  }

  /** What is to be done after a round that is over. */
  Finding after(Round round) {
    Poll poll = new Poll(round.after().positions());
    if (round.after().present().size() < 2) {
      return Finding.stop("fewer than two debaters");
    }
    if (round.number() >= params.rounds()) {
      return Finding.stop("rounds");
    }
    if (params.stopWhen().contains(DebateParams.UNANIMITY)
        && poll.positions().size() > 1
        && poll.isUnanimous()) {
      return Finding.stop(DebateParams.UNANIMITY);
    }
    if (params.stopWhen().contains(DebateParams.NO_CHANGE) && round.nobodyChanged()) {
      return Finding.stop(DebateParams.NO_CHANGE);
    }
    if (lacksBudget(round.after())) {
      return Finding.stop(DebateParams.BUDGET);
    }
    return params.stopWhen().contains(DebateParams.JUDGE) && !poll.positions().isEmpty()
        ? judged(round.number(), poll)
        : new Finding(false, "continue", null);
  }

  /** Whether a round would use up what the verdict needs. */
  boolean lacksBudget(Table table) {
    return params.stopWhen().contains(DebateParams.BUDGET)
        && !Reserve.allows(run, table.present().size() + FOR_THE_VERDICT);
  }

  private Finding judged(int round, Poll poll) {
    StepSpec step =
        new DebateSteps(run.request(), params).settled(round, poll.speakers(poll.groups()));
    Outcome outcome = Structured.of(step, run);
    if (outcome instanceof Outcome.Pending open) {
      return new Finding(false, DebateParams.JUDGE, open.step());
    }
    // a judge that cannot be understood stops nothing: the number of rounds does
    boolean settled =
        outcome instanceof Outcome.Valid valid && valid.value().path("settled").asBoolean();
    return settled ? Finding.stop(DebateParams.JUDGE) : new Finding(false, "continue", null);
  }

  static String id(int round) {
    return "round" + round;
  }

  static Decision decision(Round round, Finding finding) {
    Poll poll = new Poll(round.after().whateverThereIs());
    String leader = poll.votes().leaders().stream().findFirst().orElse("");
    return new Decision(
        id(round.number()),
        finding.rule(),
        leader,
        poll.votes().weights(),
        poll.dissent(leader),
        poll.votes().share(leader),
        JsonNodeFactory.instance.objectNode().put("stop", finding.stop()));
  }

  /** What was decided; empty: not yet. */
  static Optional<Boolean> decided(Run run, String decision) {
    return run.decision(decision).map(one -> one.detail().path("stop").asBoolean());
  }
}
