package io.llmcluster.gateway.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/**
 * Which browser origins may call: Ollama's own list (its {@code envconfig/config.go}) and what the
 * operator adds.
 */
public final class Cors {

  private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "0.0.0.0");

  private static final Set<String> SCHEMES =
      Set.of(
          "app",
          "file",
          "tauri",
          "vscode-webview",
          "vscode-file",
          "chrome-extension",
          "moz-extension",
          "safari-web-extension");

  static final String METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";

  static final String HEADERS =
      "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,X-Request-Id,OpenAI-Beta,"
          + "x-stainless-arch,x-stainless-async,x-stainless-custom-poll-interval,x-stainless-helper-method,"
          + "x-stainless-lang,x-stainless-os,x-stainless-package-version,x-stainless-poll-helper,"
          + "x-stainless-retry-count,x-stainless-runtime,x-stainless-runtime-version,x-stainless-timeout";

  private final List<String> more;

  /**
   * @param more further origins such as {@code https://chat.example.org}; {@code *} allows all
   */
  public Cors(List<String> more) {
    this.more = List.copyOf(more);
  }

  /**
   * @param origin the request's Origin
   * @param host the request's Host; a page of this very server may always call
   */
  boolean allows(String origin, String host) {
    if (more.contains("*") || more.contains(origin)) {
      return true;
    }
    try {
      URI uri = new URI(origin);
      String scheme = uri.getScheme();
      if (scheme == null) {
        return false;
      }
      boolean web = scheme.equals("http") || scheme.equals("https");
      return web
          ? LOCAL_HOSTS.contains(String.valueOf(uri.getHost())) || host.equals(uri.getAuthority())
          : SCHEMES.contains(scheme);
    } catch (URISyntaxException notAnOrigin) {
      return false;
    }
  }
}
