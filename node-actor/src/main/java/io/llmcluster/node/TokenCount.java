package io.llmcluster.node;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/**
 * What an answer says at its end of how many tokens it wrote: Ollama's {@code eval_count} and
 * {@code eval_duration}, or the {@code usage} of {@code /v1}.
 *
 * <p>Only the last {@link #LOOKED_AT} bytes are looked at, and nothing is parsed but these numbers;
 * a quoted key followed by a colon cannot stand inside a text, where its quotes would be escaped.
 * Of a key that is there twice the last one counts.
 *
 * @param tokens 0: it does not say
 * @param nanos for these tokens, without what it took to read the prompt; 0: it does not say
 */
record TokenCount(long tokens, long nanos) {

  static final TokenCount UNKNOWN = new TokenCount(0, 0);

  /** Bytes. A longer last line begins with its text or context, and ends with the counts. */
  static final int LOOKED_AT = 4 * 1024;

  /** More digits than any count has, few enough for a long. */
  private static final int MOST_DIGITS = 18;

  /**
   * @param answer all of it, or at least its last line or its last two events ({@code usage} comes
   *     before {@code [DONE]})
   */
  static TokenCount in(ByteString answer) {
    String end = answer.takeRight(LOOKED_AT).decodeString(StandardCharsets.ISO_8859_1);
    long tokens = number(end, "\"eval_count\":");
    if (tokens == 0) {
      return new TokenCount(number(end, "\"completion_tokens\":"), 0);
    }
    // Who does not know the time for the prompt (NativeStatistics) has it in that for the answer.
    long prompt = number(end, "\"prompt_eval_duration\":");
    return new TokenCount(tokens, prompt > 0 ? number(end, "\"eval_duration\":") : 0);
  }

  private static long number(String text, String key) {
    int found = text.lastIndexOf(key);
    if (found < 0) {
      return 0;
    }
    int from = found + key.length();
    while (from < text.length() && text.charAt(from) == ' ') {
      from++;
    }
    int to = from;
    while (to < text.length() && text.charAt(to) >= '0' && text.charAt(to) <= '9') {
      to++;
    }
    return to == from || to - from > MOST_DIGITS ? 0 : Long.parseLong(text, from, to, 10);
  }
}
