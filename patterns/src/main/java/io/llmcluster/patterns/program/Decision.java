package io.llmcluster.patterns.program;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A decision that code took from recorded outputs; recorded too, as the reason for what follows.
 *
 * @param id unique in its run, for example {@code vote} or {@code gate1}
 * @param rule by which it was taken, for example {@code majority}
 * @param chosen the step or answer that it chose; empty if none
 * @param tally candidate to weight, as the rule counts
 * @param dissent steps that said otherwise
 * @param agreement share of the weight that the choice has, 0 to 1
 * @param detail whatever else explains it
 */
public record Decision(
    String id,
    String rule,
    String chosen,
    java.util.Map<String, Double> tally,
    List<String> dissent,
    double agreement,
    JsonNode detail) {

  public Decision {
    tally = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(tally));
    dissent = List.copyOf(dissent);
  }
}
