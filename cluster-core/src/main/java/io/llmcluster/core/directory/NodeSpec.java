package io.llmcluster.core.directory;

import java.util.List;

/**
 * A node as its operator described it: an entry of {@code nodes} in the configuration, or one that
 * was found.
 *
 * @param name unique in the cluster; 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
 * @param host of the backend
 * @param port of the backend, 1 to 65535
 * @param type free label such as {@code gpu} or {@code cpu}; empty if not given
 * @param platform free label such as {@code linux/amd64}; empty if not given
 * @param capabilities free labels
 * @param backend which protocol the backend speaks; {@link BackendKind#AUTO}: to be found out
 * @param concurrency requests it runs at a time, at most {@link #MAX_CONCURRENCY}; 0: what the
 *     backend really does in parallel
 */
public record NodeSpec(
    String name,
    String host,
    int port,
    String type,
    String platform,
    List<String> capabilities,
    BackendKind backend,
    int concurrency) {

  /** Each request that runs has a connection of its own to the backend. */
  public static final int MAX_CONCURRENCY = 10_000;

  public NodeSpec {
    capabilities = List.copyOf(capabilities);
  }

  /** Whether the backend can be reached from its own machine only. */
  public boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }
}
