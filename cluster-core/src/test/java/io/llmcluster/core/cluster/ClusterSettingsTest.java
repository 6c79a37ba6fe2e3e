package io.llmcluster.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSettingsTest {

  private static Config with(String lines) {
    return ConfigFactory.parseString(lines).withFallback(ConfigFactory.load());
  }

  @Test
  void the_fast_profile_notices_a_lost_member_in_about_two_seconds() {
    Config root = with("cluster.profile = fast");
    Config pekko = ClusterSettings.create(root).toPekko(root);
    assertThat(pekko.getDuration("pekko.cluster.failure-detector.acceptable-heartbeat-pause"))
        .hasMillis(1500);
  }

  @Test
  void the_patient_profile_is_pekkos_own() {
    Config root = with("cluster.profile = patient");
    Config pekko = ClusterSettings.create(root).toPekko(root);
    assertThat(pekko.getDuration("pekko.cluster.failure-detector.acceptable-heartbeat-pause"))
        .hasSeconds(3);
  }

  @Test
  void seeds_become_addresses_of_the_system() {
    Config root = with("cluster.seeds = [\"10.0.0.1:25520\"]");
    assertThat(ClusterSettings.create(root).toPekko(root).getStringList("pekko.cluster.seed-nodes"))
        .containsExactly("pekko://llm-cluster@10.0.0.1:25520");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster.port = 70000 | cluster.port: 70000 (expected: from 0 to 65535)",
        "cluster.port = abc | cluster.port: abc (expected: a whole number)",
        "cluster.roles = [] | cluster.roles: [] (expected: at least one of gateway, node, workflow)",
        "cluster.roles = [king] | cluster.roles: king (expected: some of gateway, node, workflow)",
        "cluster.seeds = [nowhere] | cluster.seeds: nowhere (expected: HOST:PORT)",
        "cluster.profile = hasty | cluster.profile: hasty (expected: one of fast, patient)",
        "cluster.joinTimeout = 1ms | cluster.joinTimeout: 1ms (expected: >= 1000ms)"
      })
  void a_wrong_setting_is_told_with_its_key_and_what_was_expected(String line, String message) {
    assertThatThrownBy(() -> ClusterSettings.create(with(line))).hasMessage(message);
  }
}
