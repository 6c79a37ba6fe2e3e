package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.settings.SettingsException;
import org.junit.jupiter.api.Test;

class PatternSettingsTest {

  private static PatternSettings with(String... lines) {
    return PatternSettings.create(
        ConfigFactory.parseString(String.join("\n", lines)).withFallback(ConfigFactory.load()));
  }

  @Test
  void a_request_that_no_message_between_members_holds_cannot_be_allowed() {
    assertThat(with().maxRequestBytes()).isEqualTo(512 * 1024);
    assertThatThrownBy(() -> with("patterns.maxRequestBytes = 2M"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "patterns.maxRequestBytes: 2097152 (expected: at most 553415 bytes; more with a larger"
                + " pekko.remote.artery.advanced.maximum-frame-size)");
    assertThat(
            with(
                    "patterns.maxRequestBytes = 2M",
                    "pekko.remote.artery.advanced.maximum-frame-size = 5 MiB")
                .maxRequestBytes())
        .isEqualTo(2 * 1024 * 1024);
  }
}
