package io.llmcluster.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.cluster.ClusterSettings.Role;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {

  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

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
    assertThat(ClusterSettings.create(root).seedAddresses())
        .extracting(String::valueOf)
        .containsExactly("pekko://llm-cluster@10.0.0.1:25520");
  }

  @Test
  void each_phase_in_which_something_drains_lasts_longer_than_draining() {
    Config root = with("cluster.drainTimeout = 2m");
    Config phases =
        ClusterSettings.create(root).toPekko(root).getConfig("pekko.coordinated-shutdown.phases");
    assertThat(phases.getDuration("service-requests-done.timeout")).isGreaterThan(TWO_MINUTES);
    assertThat(phases.getDuration("service-stop.timeout")).isGreaterThan(TWO_MINUTES);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, true", "localhost, true", "10.0.0.1, false"})
  void members_on_loopback_are_on_one_machine_so_silence_means_death(String host, boolean silent) {
    Config root = with("cluster.host = \"" + host + "\"");
    assertThat(
            ClusterSettings.create(root)
                .toPekko(root)
                .getString("pekko.cluster.downing-provider-class")
                .equals(UnreachableDowning.class.getName()))
        .isEqualTo(silent);
  }

  @Test
  void downing_chooses_pekkos_resolver_or_our_own() {
    String key = "pekko.cluster.downing-provider-class";
    Config majority = with("cluster.downing = majority");
    assertThat(ClusterSettings.create(majority).toPekko(majority).getString(key))
        .isEqualTo("org.apache.pekko.cluster.sbr.SplitBrainResolverProvider");
    Config unreachable = with("cluster.downing = unreachable");
    assertThat(ClusterSettings.create(unreachable).toPekko(unreachable).getString(key))
        .isEqualTo(UnreachableDowning.class.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0"})
  void a_member_on_all_addresses_tells_the_others_its_machine_s_own(String host) {
    Config root = with("cluster.host = \"" + host + "\"");
    ClusterSettings settings =
        ClusterSettings.create(root, () -> InetAddress.getByName("10.0.0.5"));
    assertThat(settings.host()).isEqualTo("10.0.0.5");
    Config artery = settings.without(Role.NODE).toPekko(root).getConfig("pekko.remote.artery");
    assertThat(artery.getString("canonical.hostname")).isEqualTo("10.0.0.5");
    assertThat(artery.getString("bind.hostname")).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.1.1", "0.0.0.0", "169.254.1.1", "::1"})
  void an_own_address_that_others_cannot_reach_has_to_be_named(String own) {
    Config root = with("cluster.host = 0.0.0.0");
    assertThatThrownBy(() -> ClusterSettings.create(root, () -> InetAddress.getByName(own)))
        .hasMessage(
            "cluster.host: 0.0.0.0 (expected: the address by which other members reach this one,"
                + " since this machine's own name does not stand for it)");
  }

  @Test
  void any_other_host_is_told_as_it_is() {
    for (String host : List.of("127.0.0.1", "10.0.0.5", "gpu1", "::1")) {
      ClusterSettings settings = ClusterSettings.create(with("cluster.host = \"" + host + "\""));
      assertThat(List.of(settings.host(), settings.bindHost())).containsOnly(host);
    }
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
        "cluster.downing = never | cluster.downing: never (expected: one of auto, majority, unreachable)",
        "cluster.joinTimeout = 1ms | cluster.joinTimeout: 1ms (expected: >= 1000ms)"
      })
  void a_wrong_setting_is_told_with_its_key_and_what_was_expected(String line, String message) {
    assertThatThrownBy(() -> ClusterSettings.create(with(line))).hasMessage(message);
  }
}
