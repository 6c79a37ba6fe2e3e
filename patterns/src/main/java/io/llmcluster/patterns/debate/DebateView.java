package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Run;
import java.util.List;
import java.util.Locale;

/** What a debate adds to the public view of a run: {@code rounds} and {@code flips}. */
public final class DebateView {

  private DebateView() {}

  public static void describe(Run run, DebateParams params, List<Round> rounds, ObjectNode view) {
    ArrayNode list = view.putArray("rounds");
    for (Round round : rounds) {
      if (!round.turns().isEmpty()) {
        describe(params, round, list.addObject());
      }
    }
    run.decision(Verdict.ID)
        .ifPresent(
            verdict ->
                FlipLedger.of(rounds, group(rounds, verdict.chosen()))
                    .writeTo(view.putObject("flips"), rounds));
  }

  private static void describe(DebateParams params, Round round, ObjectNode out) {
    out.put("round", round.number()).put("kind", round.number() == 0 ? "first" : "critique");
    ArrayNode turns = out.putArray("turns");
    for (Turn turn : round.turns()) {
      ObjectNode one =
          turns
              .addObject()
              .put("debater", DebateSteps.name(turn.debater()))
              .put("model", params.model(turn.debater()))
              .put("step", turn.step())
              .put("what", turn.what().name().toLowerCase(Locale.ROOT));
      Position after = turn.after();
      if (after != null) {
        one.put("answer", after.answer()).put("confidence", after.confidence());
      }
      if (!turn.error().isEmpty()) {
        one.put("error", turn.error());
      }
      if (round.after().isDropped(turn.debater())) {
        one.put("dropped", true);
      }
    }
  }

  /** The answer of which a step was the speaker. */
  private static String group(List<Round> rounds, String step) {
    return rounds.stream()
        .flatMap(round -> round.after().standing().values().stream())
        .filter(position -> position.answerStep().equals(step))
        .map(Position::group)
        .findFirst()
        .orElse(step);
  }
}
