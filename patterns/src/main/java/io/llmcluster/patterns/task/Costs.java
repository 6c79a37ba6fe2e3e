package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.request.CommonRequest;

/** A rough guess at what a run costs whose plan is not there yet. */
public final class Costs {

  /** Characters of a token in most languages and tokenizers. */
  private static final int CHARACTERS = 4;

  /** Tokens of instructions around a question. */
  private static final int INSTRUCTIONS = 300;

  /** Seconds of one answer on a machine with a graphics card. */
  private static final int SECONDS = 10;

  private Costs() {}

  /**
   * @param calls of models
   * @param inARow of them on the longest way through the plan
   */
  public static Estimate of(JsonNode prepared, int calls, int inARow) {
    long question = CommonRequest.question(prepared).length() / CHARACTERS;
    long answer = prepared.path("options").path("num_predict").asLong() / 2;
    long each = Math.max(0, answer) + question + INSTRUCTIONS;
    return new Estimate(calls, calls * each, (long) inARow * SECONDS);
  }
}
