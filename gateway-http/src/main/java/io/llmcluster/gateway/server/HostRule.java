package io.llmcluster.gateway.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which {@code Host} a server on a loopback address answers to: Ollama's rule ({@code
 * allowedHostsMiddleware} of its server/routes.go). A page of a foreign name that resolves to this
 * machine (DNS rebinding) would otherwise count as this server's own.
 */
final class HostRule {

  private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IP_V6 = Pattern.compile("[0-9a-f.]*:[0-9a-f:.]*(%.*)?");
  private static final Pattern BRACKETED = Pattern.compile("\\[[^\\]]*\\](:\\d*)?");
  private static final List<String> LOCAL = List.of(".localhost", ".local", ".internal");

  private final boolean loopback;
  private final String ownName;

  /**
   * @param bound the address that the server listens on; any but loopback answers to every name
   * @param ownName of this machine
   */
  HostRule(String bound, String ownName) {
    this.loopback = isLoopback(bound.toLowerCase(Locale.ROOT));
    this.ownName = ownName.toLowerCase(Locale.ROOT);
  }

  static HostRule of(String bound) {
    return new HostRule(bound, machine());
  }

  /**
   * @param header of a request; empty if it has none
   */
  boolean allows(String header) {
    if (!loopback) {
      return true;
    }
    String host = withoutPort(header.strip().toLowerCase(Locale.ROOT));
    return host.isEmpty()
        || host.equals("localhost")
        || host.equals(ownName)
        || IP_V4.matcher(host).matches()
        || IP_V6.matcher(host).matches()
        || LOCAL.stream().anyMatch(host::endsWith);
  }

  private static String withoutPort(String host) {
    if (BRACKETED.matcher(host).matches()) {
      return host.substring(1, host.indexOf(']'));
    }
    int colon = host.indexOf(':');
    boolean bareV6 = colon != host.lastIndexOf(':');
    return colon < 0 || bareV6 ? host : host.substring(0, colon);
  }

  private static boolean isLoopback(String bound) {
    return bound.equals("localhost")
        || bound.equals("::1")
        || bound.equals("[::1]")
        || (bound.startsWith("127.") && IP_V4.matcher(bound).matches());
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
