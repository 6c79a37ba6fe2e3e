package io.llmcluster.patterns.auto;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.debate.DebateParams;
import io.llmcluster.patterns.request.RequestFields;
import java.util.Set;

/**
 * The parameters of the ladder: those of the debate, whose participants are its voters and whose
 * gate is what voters have to reach, and two of its own.
 *
 * @param debate how it votes and debates
 * @param confidence with which one model's answer is enough, 0 to 1
 * @param ceiling the highest rung
 */
record AutoParams(DebateParams debate, double confidence, Rung ceiling) {

  /** Higher than the gate of several: one model alone is sure of too much. */
  private static final double CONFIDENCE = 0.9;

  private static final Set<String> RUNGS = Set.of("single", "vote", "debate", "judge");

  static AutoParams of(ObjectNode request) {
    RequestFields fields = new RequestFields(request);
    return new AutoParams(
        DebateParams.of(request),
        fields.number("confidence", CONFIDENCE, 0, 1),
        Rung.of(fields.oneOf("ceiling", "judge", RUNGS)));
  }

  void writeTo(ObjectNode out) {
    out.put("confidence", confidence).put("ceiling", ceiling.word());
  }
}
