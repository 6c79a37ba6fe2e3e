package io.llmcluster.app.nodes;

import io.llmcluster.core.settings.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where an Ollama is looked for.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
public record OllamaUrl(String host, int port) {

  private static final int DEFAULT_PORT = 11_434;

  /**
   * Reads {@code ollama.url}: with or without a scheme, a port, a trailing {@code /api} or slash.
   *
   * @throws SettingsException if it is no such address
   */
  public static OllamaUrl parse(String text) {
    String url = text.strip();
    try {
      URI uri = new URI(url.contains("://") ? url : "http://" + url);
      String path = uri.getPath() == null ? "" : uri.getPath();
      if (uri.getHost() != null
          && "http".equals(uri.getScheme())
          && path.matches("/*(api/*)?")
          && uri.getPort() != 0
          && uri.getQuery() == null
          && uri.getPort() <= 65_535) {
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        // What a server binds to is no address to call.
        return new OllamaUrl(
            host.equals("0.0.0.0") ? "127.0.0.1" : host,
            uri.getPort() > 0 ? uri.getPort() : DEFAULT_PORT);
      }
    } catch (URISyntaxException notAnAddress) {
      // told below, with every other wrong form
    }
    throw new SettingsException("ollama.url: " + text + " (expected: http://HOST:PORT)");
  }
}
