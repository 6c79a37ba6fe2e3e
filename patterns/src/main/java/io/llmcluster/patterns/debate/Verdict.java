package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import java.util.ArrayList;
import java.util.List;

/** How a debate is decided: a choice, and a guard over it. */
public final class Verdict {

  /** Of the decision that ends a debate. */
  public static final String ID = "verdict";

  /** Who decides among answers that differ. */
  public enum By {
    /** A vote where answers are closed and one leads; else a judge. */
    VOTE_OR_JUDGE,
    JUDGE,
    /** Votes, then confidence, then the draw; never a judge. */
    VOTE
  }

  private Verdict() {}

  /**
   * The next thing to do for a verdict: ask a judge, or decide.
   *
   * @param first who stood for what before the debate
   * @param last who stands for what now; somebody does
   * @param by who decides if they differ
   */
  public static Plan next(Run run, DebateParams params, Table first, Table last, By by) {
    Poll before = new Poll(first.positions());
    Poll now = new Poll(last.whateverThereIs());
    Choice choice =
        run.exhausted()
            ? Choice.withoutJudge(params, now, "the budget was used up")
            : Choice.of(run, params, now, by);
    if (choice.pending() != null) {
      return Plan.run(choice.pending());
    }
    RegressionGuard guard = RegressionGuard.of(run, params, before, now, choice.group());
    return guard.pending() != null
        ? Plan.run(guard.pending())
        : Plan.decide(decision(run, params, before, now, choice, guard, last));
  }

  private static Decision decision(
      Run run,
      DebateParams params,
      Poll before,
      Poll now,
      Choice choice,
      RegressionGuard guard,
      Table last) {
    String group = guard.upheld() ? choice.group() : before.majority().orElse(choice.group());
    Position speaker = speaker(now, before, group);
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("answer", shown(params, speaker));
    if (guard.needed()) {
      detail
          .putObject("guard")
          .put("earlier", before.majority().orElse(""))
          .put("later", choice.group())
          .put("upheld", guard.upheld())
          .put("error", guard.error());
    }
    List<String> missing = missing(run, choice, guard, last);
    detail.put("degraded", !missing.isEmpty());
    ArrayNode notes = detail.putArray("notes");
    missing.forEach(notes::add);
    remarks(run, params, last.debaters()).forEach(notes::add);
    return new Decision(
        ID,
        guard.upheld() ? choice.rule() : "regressionGuard",
        speaker.answerStep(),
        now.votes().weights(),
        now.dissent(group),
        now.votes().share(group),
        detail);
  }

  /** Of an earlier answer that nobody holds any more, its first speaker. */
  private static Position speaker(Poll now, Poll before, String group) {
    return now.groups().contains(group) ? now.speaker(group) : before.speaker(group);
  }

  private static String shown(DebateParams params, Position position) {
    return params.answers().isClosed() ? params.answers().shown(position.key()) : position.answer();
  }

  /** What the verdict lacks of what was asked for. */
  private static List<String> missing(Run run, Choice choice, RegressionGuard guard, Table last) {
    List<String> missing = new ArrayList<>();
    for (int debater = 0; debater < last.debaters(); debater++) {
      if (last.isDropped(debater)) {
        missing.add(DebateSteps.name(debater) + " was dropped: it failed twice");
      } else if (!last.standing().containsKey(debater)) {
        missing.add(DebateSteps.name(debater) + " gave no answer");
      }
    }
    if (!last.isDebate() && last.standing().size() > 1) {
      missing.add("fewer than two debaters were left, so all answers count");
    }
    if (!choice.note().isEmpty()) {
      missing.add(choice.note());
    }
    if (!guard.note().isEmpty()) {
      missing.add(guard.note());
    }
    if (run.decisions().values().stream().anyMatch(Reserve::isLacking)) {
      missing.add("the budget had no room for another round");
    }
    return missing;
  }

  private static List<String> remarks(Run run, DebateParams params, int debaters) {
    List<String> remarks = new ArrayList<>();
    if (params.models().size() < debaters) {
      remarks.add(
          debaters
              + " debaters speak through "
              + params.models().size()
              + (params.models().size() == 1 ? " model" : " models"));
    }
    boolean judged = run.steps().keySet().stream().anyMatch(id -> id.startsWith("verdict/"));
    if (judged && params.judgeDebates()) {
      remarks.add("no model was there that did not debate; the judge is " + params.judge());
    }
    return remarks;
  }
}
