package io.llmcluster.patterns.auto;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.debate.Gate;
import io.llmcluster.patterns.debate.Poll;
import io.llmcluster.patterns.debate.Reserve;
import io.llmcluster.patterns.debate.Table;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Run;

/** Whether what a rung brought is enough, with the reason and what it has cost until then. */
final class Climb {

  private static final String CLIMB = "climb";
  private static final String STAY = "stay";

  /** The judge's call and the guard's. */
  private static final int FOR_THE_VERDICT = 2;

  private Climb() {}

  static String id(Rung from) {
    return CLIMB + from.number();
  }

  static boolean isClimb(Decision decision) {
    return decision.rule().equals(CLIMB);
  }

  /**
   * The decision at the end of a rung.
   *
   * @param table who stands for what
   */
  static Decision decide(Run run, AutoParams params, Rung from, Table table) {
    Poll poll = new Poll(table.positions());
    Gate gate = gate(params, from, poll);
    int nextCalls = calls(params, from.next(), table);
    String held =
        from == params.ceiling() ? "ceiling" : Reserve.allows(run, nextCalls) ? "" : "budget";
    boolean climbs = !gate.stop() && held.isEmpty();
    ObjectNode detail =
        JsonNodeFactory.instance
            .objectNode()
            .put("from", from.word())
            .put("to", climbs ? from.next().word() : from.word())
            .put("reason", gate.stop() || held.isEmpty() ? gate.reason() : held)
            .put("confidence", gate.confidence())
            .put("threshold", from == Rung.SINGLE ? params.confidence() : params.debate().gate());
    detail
        .putObject("cost")
        .put("modelCalls", Reserve.calls(run))
        .put("tokens", Reserve.tokens(run))
        .put("nextModelCalls", climbs ? nextCalls : 0);
    String leader = poll.votes().leaders().stream().findFirst().orElse("");
    return new Decision(
        id(from),
        climbs ? CLIMB : STAY,
        leader,
        poll.votes().weights(),
        poll.dissent(leader),
        poll.votes().share(leader),
        detail);
  }

  private static Gate gate(AutoParams params, Rung from, Poll poll) {
    if (from != Rung.SINGLE) {
      return Gate.of(poll, params.debate().answers(), params.debate().gate(), true);
    }
    if (poll.positions().isEmpty()) {
      return new Gate(false, "no answer", 0);
    }
    double confidence = poll.leastConfidence();
    boolean enough = confidence >= params.confidence();
    return new Gate(enough, enough ? "confident enough" : "low confidence", confidence);
  }

  /** Calls that a rung takes, and what has to be left after it for a verdict. */
  private static int calls(AutoParams params, Rung rung, Table table) {
    return switch (rung) {
      case SINGLE -> 1;
      case VOTE -> params.debate().debaters() - 1;
      case DEBATE -> table.present().size() + FOR_THE_VERDICT;
      case JUDGE -> FOR_THE_VERDICT;
    };
  }
}
