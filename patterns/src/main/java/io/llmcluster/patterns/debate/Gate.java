package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.vote.AnswerForm;

/**
 * Whether the first answers settle it, so that nothing has to be debated (arXiv 2504.05047 saves up
 * to six times the cost so).
 *
 * @param stop whether they do
 * @param reason in words
 * @param confidence what was held against the threshold, 0 to 1
 */
public record Gate(boolean stop, String reason, double confidence) {

  static final String ID = "gate";

  /** Fewer answers agree with each other whatever they say. */
  private static final int LEAST_ANSWERS = 2;

  /**
   * Unanimous, or confident enough. On closed answers the leading answer needs a share of the
   * weight: models call themselves sure of anything, and in a share that cancels out. Open answers
   * are all different, so there the least sure debater has to reach the threshold.
   */
  public static Gate of(Poll poll, AnswerForm form, double threshold, boolean unanimityStops) {
    if (poll.positions().size() < LEAST_ANSWERS) {
      return new Gate(false, "fewer than two answers", 0);
    }
    if (poll.isUnanimous()) {
      double least = poll.leastConfidence();
      return new Gate(unanimityStops, "unanimous", least);
    }
    double confidence =
        form.isClosed()
            ? poll.weights().share(poll.weights().leaders().get(0))
            : poll.leastConfidence();
    boolean enough = confidence >= threshold && (!form.isClosed() || poll.majority().isPresent());
    return new Gate(enough, enough ? "confident enough" : "divided", confidence);
  }

  /** For the record. */
  Decision decision(Poll poll, double threshold) {
    ObjectNode detail =
        JsonNodeFactory.instance
            .objectNode()
            .put("stop", stop)
            .put("reason", reason)
            .put("confidence", confidence)
            .put("threshold", threshold);
    String leader = poll.votes().leaders().stream().findFirst().orElse("");
    return new Decision(
        ID,
        ID,
        leader,
        poll.votes().weights(),
        poll.dissent(leader),
        poll.votes().share(leader),
        detail);
  }
}
