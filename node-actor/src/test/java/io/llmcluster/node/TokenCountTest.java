package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class TokenCountTest {

  private static final String COUNTS =
      "\"prompt_eval_count\":9,\"prompt_eval_duration\":7,\"eval_count\":50,\"eval_duration\":123}";

  private static TokenCount in(String answer) {
    return TokenCount.in(ByteString.fromString(answer));
  }

  @Test
  void counts_are_found_behind_a_context_of_any_length() {
    assertThat(in("{\"context\":[" + "1,".repeat(50_000) + "1]," + COUNTS))
        .isEqualTo(new TokenCount(50, 123));
  }

  @Test
  void no_more_than_the_end_is_looked_at() {
    assertThat(in("{" + COUNTS + " ".repeat(TokenCount.LOOKED_AT))).isEqualTo(TokenCount.UNKNOWN);
  }

  @Test
  void what_a_text_says_of_counts_is_no_count() {
    assertThat(in("{\"response\":\"{\\\"eval_count\\\":7,\\\"completion_tokens\\\":7}\"}"))
        .isEqualTo(TokenCount.UNKNOWN);
  }

  @Test
  void usage_may_be_there_with_spaces_and_has_no_time() {
    assertThat(in("{\"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 12}}"))
        .isEqualTo(new TokenCount(12, 0));
  }

  @Test
  void what_is_no_count_is_none() {
    assertThat(in("{\"eval_count\":null}")).isEqualTo(TokenCount.UNKNOWN);
    assertThat(in("{\"eval_count\":" + "9".repeat(30) + "}")).isEqualTo(TokenCount.UNKNOWN);
    assertThat(in("{\"eval_count\":")).isEqualTo(TokenCount.UNKNOWN);
  }
}
