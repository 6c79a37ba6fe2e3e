package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Estimate;

/**
 * What a run will probably cost: the calls of its rule, when all goes well and nothing is left out.
 * Tokens and seconds are rough, from lengths that are usual.
 */
final class Estimates {

  private static final int CHARS_PER_TOKEN = 4;

  /** What templates add to a prompt. */
  private static final long TEMPLATE = 60;

  private static final long LONG_ANSWER = 400;
  private static final long SHORT_ANSWER = 200;
  private static final long JUDGEMENT = 60;

  /** Tokens per second of one model, read and written. */
  private static final long READS = 500;

  private static final long WRITES = 20;

  private long calls;
  private long tokens;
  private long seconds;

  private Estimates() {}

  static Estimate of(JsonNode prepared) {
    EnsembleParams params = EnsembleParams.of(prepared);
    Estimates sum = new Estimates();
    long limit = prepared.path("options").path("num_predict").asLong();
    long usual = params.answers().isClosed() ? SHORT_ANSWER : LONG_ANSWER;
    long answer = limit > 0 ? Math.min(limit, usual) : usual;
    long question = question(prepared) + TEMPLATE;
    int voices = params.voices();
    sum.stage(voices, params.samplesPerModel(), question, answer);
    long all = question + voices * answer;
    if (voices > 1) {
      sum.aggregate(params, question, all, answer);
    }
    if (params.verify()) {
      sum.stage(1, 1, question + answer, JUDGEMENT);
    }
    return new Estimate((int) Math.min(sum.calls, Integer.MAX_VALUE), sum.tokens, sum.seconds);
  }

  private void aggregate(EnsembleParams params, long question, long all, long answer) {
    int voices = params.voices();
    int pairs = voices * (voices - 1);
    int judges = params.judges().size();
    switch (params.rule()) {
      case MAJORITY, WEIGHTED -> {}
      case SELECT -> stage(1, 1, all, JUDGEMENT);
      case RANKED -> stage(judges, 1, all, JUDGEMENT);
      case JUDGE -> stage(pairs, pairs, question + 2 * answer, JUDGEMENT);
      case PANEL -> stage(judges * pairs, pairs, question + 2 * answer, JUDGEMENT);
      case SYNTHESIZE -> {
        for (int layer = 2; layer <= params.layers(); layer++) {
          stage(voices, params.samplesPerModel(), all, answer);
        }
        stage(1, 1, all, answer);
      }
    }
  }

  /**
   * Calls of which each model does some, one after the other, and models beside each other.
   *
   * @param each calls of one model
   */
  private void stage(int howMany, int each, long read, long written) {
    calls += howMany;
    tokens += howMany * (read + written);
    seconds += each * Math.max(1, read / READS + written / WRITES);
  }

  private static long question(JsonNode prepared) {
    long chars = prepared.path("prompt").asText().length();
    for (JsonNode message : prepared.path("messages")) {
      chars += message.path("content").asText().length();
    }
    return chars / CHARS_PER_TOKEN;
  }
}
