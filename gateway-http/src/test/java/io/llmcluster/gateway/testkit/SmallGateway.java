package io.llmcluster.gateway.testkit;

import io.llmcluster.gateway.GatewaySettings;
import java.time.Duration;
import java.util.List;

/** Settings of a gateway on a free port, with bounds that a test can reach. */
public final class SmallGateway {

  private SmallGateway() {}

  /**
   * @param patterns that lists show as models
   */
  public static GatewaySettings listing(String... patterns) {
    return with(Duration.ofSeconds(30), 100, patterns);
  }

  /**
   * @param readTimeout how long a body may stop arriving
   * @param connections at most
   */
  public static GatewaySettings with(Duration readTimeout, int connections, String... patterns) {
    return with(readTimeout, Duration.ofSeconds(30), connections, patterns);
  }

  /**
   * @param writeTimeout how long a client may leave an answer unread
   */
  public static GatewaySettings writing(Duration writeTimeout) {
    return with(Duration.ofSeconds(30), writeTimeout, 100);
  }

  private static GatewaySettings with(
      Duration readTimeout, Duration writeTimeout, int connections, String... patterns) {
    return new GatewaySettings(
        "127.0.0.1",
        0,
        readTimeout,
        writeTimeout,
        1_000_000,
        connections,
        Duration.ofSeconds(1),
        List.of(patterns),
        List.of());
  }
}
