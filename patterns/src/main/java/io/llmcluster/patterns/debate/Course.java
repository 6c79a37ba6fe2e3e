package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a debate has come.
 *
 * @param rounds the first answers, then the critique rounds, as far as they are recorded
 * @param todo what has to happen before the verdict; null: nothing any more
 */
public record Course(List<Round> rounds, @Nullable Plan todo) {

  public Course {
    rounds = List.copyOf(rounds);
  }

  /** Of a debate with its own gate. */
  static Course of(Run run, DebateParams params) {
    Round opening = new Rounds(run, params).opening(params.debaters());
    if (!opening.isOver()) {
      return new Course(List.of(opening), Plan.run(opening.pending()));
    }
    if (run.decision(Gate.ID).isEmpty()) {
      return new Course(List.of(opening), Plan.decide(gate(run, params, opening.after())));
    }
    return StopRule.decided(run, Gate.ID).orElse(false)
        ? new Course(List.of(opening), null)
        : debating(run, params, opening);
  }

  private static Decision gate(Run run, DebateParams params, Table table) {
    Poll poll = new Poll(table.positions());
    Gate gate =
        Gate.of(
            poll,
            params.answers(),
            params.gate(),
            params.stopWhen().contains(DebateParams.UNANIMITY));
    if (!gate.stop() && new StopRule(run, params).lacksBudget(table)) {
      gate = new Gate(true, DebateParams.BUDGET, gate.confidence());
    }
    return gate.decision(poll, params.gate());
  }

  /** The critique rounds that follow on first answers that did not settle it. */
  public static Course debating(Run run, DebateParams params, Round opening) {
    Rounds rounds = new Rounds(run, params);
    StopRule rule = new StopRule(run, params);
    List<Round> held = new ArrayList<>(List.of(opening));
    Table table = opening.after();
    for (int number = 1; number <= params.rounds(); number++) {
      Round round = rounds.critique(number, table);
      held.add(round);
      table = round.after();
      if (!round.isOver()) {
        return new Course(held, Plan.run(round.pending()));
      }
      if (run.decision(StopRule.id(number)).isEmpty()) {
        StopRule.Finding finding = rule.after(round);
        return new Course(
            held,
            finding.pending() == null
                ? Plan.decide(StopRule.decision(round, finding))
                : Plan.run(finding.pending()));
      }
      if (StopRule.decided(run, StopRule.id(number)).orElse(true)) {
        break;
      }
    }
    return new Course(held, null);
  }

  public Round opening() {
    return rounds.get(0);
  }

  /** Who stands for what now. */
  public Table table() {
    return rounds.get(rounds.size() - 1).after();
  }
}
