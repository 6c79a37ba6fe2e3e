package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the debate did to its debaters. Nobody knows what is right, so "right" is what the verdict
 * says.
 *
 * @param rightKept were right at first and to the end
 * @param rightFlipped were right and were talked out of it
 * @param wrongCorrected were wrong and came to be right
 * @param wrongKept were wrong and not right in the end, whatever they changed
 */
public record FlipLedger(int rightKept, int rightFlipped, int wrongCorrected, int wrongKept) {

  /**
   * Counts each debater that has ever answered.
   *
   * @param verdict the answer, as {@link Position#group}
   */
  public static FlipLedger of(List<Round> rounds, String verdict) {
    Map<Integer, Position> first = new TreeMap<>();
    for (Round round : rounds) {
      round.after().standing().forEach(first::putIfAbsent);
    }
    Map<Integer, Position> last = rounds.get(rounds.size() - 1).after().standing();
    int[] counts = new int[4];
    first.forEach(
        (debater, position) -> {
          boolean wasRight = position.group().equals(verdict);
          boolean isRight = last.getOrDefault(debater, position).group().equals(verdict);
          counts[(wasRight ? 0 : 2) + (wasRight == isRight ? 0 : 1)]++;
        });
    return new FlipLedger(counts[0], counts[1], counts[3], counts[2]);
  }

  /** For the public view, with each change that was made. */
  void writeTo(ObjectNode out, List<Round> rounds) {
    out.put("rightKept", rightKept)
        .put("rightFlipped", rightFlipped)
        .put("wrongCorrected", wrongCorrected)
        .put("wrongKept", wrongKept);
    ArrayNode changes = out.putArray("changes");
    for (Round round : rounds) {
      for (Turn turn : round.turns()) {
        Position before = turn.before();
        Position after = turn.after();
        if (turn.what() == Turn.What.CHANGED && before != null && after != null) {
          changes
              .addObject()
              .put("round", round.number())
              .put("debater", DebateSteps.name(turn.debater()))
              .put("from", before.answer())
              .put("to", after.answer())
              .put("error", turn.error());
        }
      }
    }
  }
}
