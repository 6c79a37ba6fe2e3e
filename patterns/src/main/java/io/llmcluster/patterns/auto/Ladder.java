package io.llmcluster.patterns.auto;

import io.llmcluster.patterns.debate.Course;
import io.llmcluster.patterns.debate.Round;
import io.llmcluster.patterns.debate.Rounds;
import io.llmcluster.patterns.debate.Table;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far up a run has come. The rungs are the debate's own parts, so that nothing that a lower
 * rung has paid for is asked again on a higher one.
 *
 * @param rung the highest that was reached
 * @param rounds as {@link Course} has them
 * @param todo what has to happen before the verdict; null: nothing any more
 */
record Ladder(Rung rung, List<Round> rounds, @Nullable Plan todo) {

  static Ladder of(Run run, AutoParams params) {
    Rounds rounds = new Rounds(run, params.debate());
    Ladder single = rung(run, params, Rung.SINGLE, opened(rounds.opening(1)));
    if (!single.isLeft(run)) {
      return single;
    }
    Round opening = rounds.opening(params.debate().debaters());
    Ladder vote = rung(run, params, Rung.VOTE, opened(opening));
    if (!vote.isLeft(run)) {
      return vote;
    }
    Ladder debate = rung(run, params, Rung.DEBATE, Course.debating(run, params.debate(), opening));
    return debate.isLeft(run) ? new Ladder(Rung.JUDGE, debate.rounds(), null) : debate;
  }

  private static Course opened(Round opening) {
    return new Course(List.of(opening), opening.isOver() ? null : Plan.run(opening.pending()));
  }

  private static Ladder rung(Run run, AutoParams params, Rung rung, Course course) {
    if (course.todo() != null || run.decision(Climb.id(rung)).isPresent()) {
      return new Ladder(rung, course.rounds(), course.todo());
    }
    Decision decision = Climb.decide(run, params, rung, course.table());
    return new Ladder(rung, course.rounds(), Plan.decide(decision));
  }

  private boolean isLeft(Run run) {
    Optional<Decision> decision = run.decision(Climb.id(rung));
    return todo == null && decision.filter(Climb::isClimb).isPresent();
  }

  Table opening() {
    return rounds.get(0).after();
  }

  Table table() {
    return rounds.get(rounds.size() - 1).after();
  }
}
