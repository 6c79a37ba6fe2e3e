package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {

  private final HostRule rule = new HostRule("127.0.0.1", "Workstation");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "LOCALHOST:3001",
        "127.0.0.1:3001",
        "10.1.2.3",
        "[::1]:3001",
        "[::1]",
        "::1",
        "[fe80::1%25eth0]:80",
        "workstation:3001",
        "app.localhost:3001",
        "printer.local",
        "host.docker.internal:3001"
      })
  void addresses_and_names_of_this_machine_or_network_are_let_in(String host) {
    assertThat(rule.allows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example.com",
        "evil.example.com:3001",
        "localhost.evil.example.com",
        "127.0.0.1.evil.example.com:3001",
        "evillocal",
        "notlocalhost",
        "1.2.3.4.5",
        "[::1].evil.example.com.",
        "workstation.evil.example.com",
        "a:b:c.example.com"
      })
  void names_that_anybody_can_register_are_not(String host) {
    assertThat(rule.allows(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.2", "::1"})
  void every_loopback_address_is_guarded(String bound) {
    assertThat(new HostRule(bound, "w").allows("evil.example.com")).isFalse();
  }

  @Test
  void a_server_that_is_open_to_its_network_answers_to_every_name() {
    assertThat(new HostRule("0.0.0.0", "w").allows("models.example.com")).isTrue();
    assertThat(new HostRule("10.0.0.5", "w").allows("models.example.com")).isTrue();
  }
}
