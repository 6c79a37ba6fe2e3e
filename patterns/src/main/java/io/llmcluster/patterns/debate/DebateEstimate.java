package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Estimate;

/**
 * What a debate costs if nothing ends it early: every round and a judge. The gate, a vote and the
 * stop rules make it cheaper; repairs and the regression guard, which are rare, dearer.
 */
public final class DebateEstimate {

  /** Characters of a token, roughly, in European languages. */
  private static final int CHARS_PER_TOKEN = 4;

  /** Of the templates, roughly. */
  private static final int TEMPLATE_TOKENS = 250;

  /** An answer with its reasoning; as JSON it has room for that whatever the request allows. */
  private static final int ANSWER_TOKENS = 300;

  /** Of one model that has its memory to itself. */
  private static final int TOKENS_PER_SECOND = 20;

  private DebateEstimate() {}

  public static Estimate of(JsonNode prepared, DebateParams params) {
    int others = params.isRing(params.debaters()) ? 2 : params.debaters() - 1;
    long answer = ANSWER_TOKENS;
    long first = promptTokens(prepared) + answer;
    long critique = promptTokens(prepared) + (1L + others) * answer + answer;
    long judge = promptTokens(prepared) + params.debaters() * answer + answer;
    boolean settling = params.stopWhen().contains(DebateParams.JUDGE);
    int judges = 1 + (settling ? params.rounds() - 1 : 0);
    return new Estimate(
        params.debaters() * (1 + params.rounds()) + judges,
        params.debaters() * (first + params.rounds() * critique) + judges * judge,
        seconds(answer, 1 + params.rounds() + judges));
  }

  /** One debater's answer and nothing more. */
  public static Estimate ofOneAnswer(JsonNode prepared) {
    return new Estimate(1, promptTokens(prepared) + ANSWER_TOKENS, seconds(ANSWER_TOKENS, 1));
  }

  private static long seconds(long answer, int oneAfterAnother) {
    return Math.max(1, answer * oneAfterAnother / TOKENS_PER_SECOND);
  }

  private static long promptTokens(JsonNode prepared) {
    long chars = prepared.path("prompt").asText().length();
    for (JsonNode message : prepared.path("messages")) {
      chars += message.path("content").asText().length();
    }
    return TEMPLATE_TOKENS + chars / CHARS_PER_TOKEN;
  }
}
