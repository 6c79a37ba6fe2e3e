package io.llmcluster.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FetchProgressTest {

  @Test
  void a_bar_shows_how_much_of_a_known_size_is_there() {
    assertThat(FetchProgress.line(49_000_000, 98_000_000))
        .isEqualTo("  [" + "=".repeat(15) + " ".repeat(15) + "] 50%  49 MB of 98 MB");
    assertThat(FetchProgress.line(98_000_000, 98_000_000)).contains("] 100%");
  }

  @Test
  void more_than_was_promised_is_not_more_than_all() {
    assertThat(FetchProgress.line(200, 100)).contains("[" + "=".repeat(30) + "] 100%");
  }

  @Test
  void without_a_size_only_the_amount_is_told() {
    assertThat(FetchProgress.line(49_000_000, -1)).isEqualTo("  49 MB");
  }
}
