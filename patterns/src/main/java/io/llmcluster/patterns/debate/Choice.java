package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import io.llmcluster.patterns.vote.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer that the debate comes to, before the {@link RegressionGuard} has looked at it.
 *
 * @param rule by which it was chosen
 * @param group the answer
 * @param note what was not as it should be; empty if nothing
 * @param pending the judge's step, if it has to be asked first
 */
record Choice(String rule, String group, String note, @Nullable StepSpec pending) {

  /**
   * A choice among what debaters stand for.
   *
   * @param poll of at least one position
   * @param by who decides if they differ
   */
  static Choice of(Run run, DebateParams params, Poll poll, Verdict.By by) {
    if (poll.positions().size() == 1) {
      return new Choice("single", poll.groups().get(0), "", null);
    }
    if (poll.isUnanimous()) {
      return new Choice("unanimity", poll.groups().get(0), "", null);
    }
    List<String> leaders = poll.votes().leaders();
    boolean votable = params.answers().isClosed() && by != Verdict.By.JUDGE;
    if (by == Verdict.By.VOTE || (votable && leaders.size() == 1)) {
      return withoutJudge(params, poll, "");
    }
    return judge(run, params, poll, votable ? leaders : poll.groups());
  }

  private static Choice judge(Run run, DebateParams params, Poll poll, List<String> groups) {
    DebateSteps steps = new DebateSteps(run.request(), params);
    List<Position> candidates = poll.speakers(groups);
    Labels labels = steps.verdictLabels(candidates);
    StepSpec step = steps.verdict(candidates);
    Outcome outcome =
        Structured.of(
            step,
            run,
            value -> {
              String said = value.path("choice").asText();
              return labels.idOf(said).isPresent()
                  ? List.of()
                  : List.of("choice: " + said + " (expected: one of " + labels.labels() + ")");
            });
    if (outcome instanceof Outcome.Pending open) {
      return new Choice("judge", "", "", open.step());
    }
    if (outcome instanceof Outcome.Valid valid) {
      String chosen = labels.idOf(valid.value().path("choice").asText()).orElse("");
      for (Position candidate : candidates) {
        if (candidate.answerStep().equals(chosen)) {
          return new Choice("judge", candidate.group(), "", null);
        }
      }
    }
    String reason = outcome instanceof Outcome.Invalid invalid ? ": " + invalid.reason() : "";
    return withoutJudge(params, poll, "the judge gave no verdict" + reason);
  }

  /** By votes, then by confidence, then by the draw. */
  static Choice withoutJudge(DebateParams params, Poll poll, String note) {
    Poll.Winner winner = poll.winner(params.seed());
    return new Choice(winner.rule(), winner.group(), note, null);
  }
}
