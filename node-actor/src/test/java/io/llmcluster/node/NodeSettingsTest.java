package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsTest {

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 10.0.0.5", "::, 10.0.0.5", "10.0.0.7, 10.0.0.7", "gpu1, gpu1"})
  void others_are_told_an_address_that_they_can_connect_to(String host, String told) {
    NodeSettings settings =
        new NodeSettings(host, 3000, 0, 1, Duration.ofSeconds(2), Duration.ofSeconds(1));
    assertThat(settings.hostFor("10.0.0.5")).isEqualTo(told);
  }
}
