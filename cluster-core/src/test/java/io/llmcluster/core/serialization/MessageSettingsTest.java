package io.llmcluster.core.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.settings.SettingsException;
import org.junit.jupiter.api.Test;

class MessageSettingsTest {

  private static MessageSettings with(String frame) {
    return MessageSettings.create(
        ConfigFactory.parseString(MessageSettings.FRAME + " = " + frame)
            .withFallback(ConfigFactory.load()));
  }

  @Test
  void content_has_what_the_frame_leaves_and_there_has_to_be_some() {
    assertThat(with("256 KiB").mostBytes()).isEqualTo(192 * 1024);
    assertThat(with("65537").mostBytes()).isEqualTo(1);
    assertThatThrownBy(() -> with("64 KiB"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(MessageSettings.FRAME + ": 65536 (expected: >= 65537 bytes)");
  }
}
