package io.llmcluster.patterns.retention;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;
import java.time.Duration;

/**
 * How long what is over is kept.
 *
 * @param after since a workflow ended, or a conversation last changed; 0: for ever
 * @param every between two looks for what is older, at least 1 s
 * @param batch workflows, and conversations, that one look erases at most; at least 1
 */
public record RetentionSettings(Duration after, Duration every, int batch) {

  public static RetentionSettings create(Config root) {
    SettingsReader read = SettingsReader.of(root, "patterns.retention");
    return new RetentionSettings(
        read.duration("after", Duration.ZERO),
        read.duration("every", Duration.ofSeconds(1)),
        read.integer("batch", 1, 100_000));
  }

  public boolean isOn() {
    return !after.isZero();
  }
}
