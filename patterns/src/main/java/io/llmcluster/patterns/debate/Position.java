package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.vote.Confidence;
import io.llmcluster.patterns.vote.Vote;
import java.util.OptionalDouble;

/**
 * What a debater stands for.
 *
 * @param debater from 0
 * @param answer its text
 * @param key the answer normalised, so that equal ones can be told; empty if it is too long for
 *     that
 * @param confidence that the debater has in it, 0 to 1
 * @param answerStep in whose output the answer stands
 * @param reasoningStep in whose output its latest reasoning stands
 */
public record Position(
    int debater,
    String answer,
    String key,
    double confidence,
    String answerStep,
    String reasoningStep) {

  /** Equal for positions that say the same; one that cannot be compared is alone. */
  public String group() {
    return key.isEmpty() ? answerStep : key;
  }

  Vote vote() {
    return Vote.of(answerStep, group());
  }

  /** A voice that counts by its confidence. */
  Vote weighted() {
    return new Vote(answerStep, group(), Confidence.weight(OptionalDouble.of(confidence)));
  }
}
