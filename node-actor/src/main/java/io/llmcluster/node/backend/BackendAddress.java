package io.llmcluster.node.backend;

/**
 * Where a backend listens.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
public record BackendAddress(String host, int port) {

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
