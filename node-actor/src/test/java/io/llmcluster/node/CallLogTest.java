package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallLogTest {

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\r\nX-Forged: 1", "é", "\u0000", "\u007f"})
  void an_id_that_would_forge_a_line_or_a_header_is_dropped(String id) {
    assertThat(new CallLog(id, "n").requestId()).isEmpty();
  }

  @Test
  void an_id_has_up_to_128_characters() {
    assertThat(new CallLog("x".repeat(128), "n").requestId()).hasSize(128);
    assertThat(new CallLog("x".repeat(129), "n").requestId()).isEmpty();
  }
}
