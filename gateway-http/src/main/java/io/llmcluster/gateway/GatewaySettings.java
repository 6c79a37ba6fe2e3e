package io.llmcluster.gateway;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/**
 * How a gateway meets its clients.
 *
 * @param host address it listens on
 * @param port it listens on, 1 to 65535; 0: any free one
 * @param readTimeout longest silence while a request's body arrives; then 408
 * @param writeTimeout longest time a client may leave a part of a streamed answer unread
 *     (inference, events, progress of a pull, messages of a WebSocket); then its connection is
 *     closed
 * @param maxBodySize largest request body in bytes; then 413
 * @param maxConnections most client connections; further ones are not accepted until one closes
 * @param retryAfter what a client is told to wait whose request cannot be taken now
 * @param listedPatterns patterns that stand in the list of models
 * @param origins browser origins that may call, beside Ollama's own list
 */
public record GatewaySettings(
    String host,
    int port,
    Duration readTimeout,
    Duration writeTimeout,
    long maxBodySize,
    int maxConnections,
    Duration retryAfter,
    List<String> listedPatterns,
    List<String> origins) {

  public GatewaySettings {
    listedPatterns = List.copyOf(listedPatterns);
    origins = List.copyOf(origins);
  }

  public static GatewaySettings create(Config root) {
    SettingsReader server = SettingsReader.of(root, "server");
    return new GatewaySettings(
        server.text("host"),
        server.integer("port", 0, 65_535),
        server.duration("readTimeout", Duration.ofMillis(1)),
        server.duration("writeTimeout", Duration.ofMillis(1)),
        server.bytes("maxBodySize", 1024),
        server.integer("maxConnections", 1, 1_000_000),
        SettingsReader.of(root, "inference").duration("retryAfter", Duration.ofSeconds(1)),
        server.texts("listedPatterns"),
        server.texts("origins"));
  }
}
