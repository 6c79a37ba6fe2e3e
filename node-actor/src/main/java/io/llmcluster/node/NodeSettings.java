package io.llmcluster.node;

import com.typesafe.config.Config;
import io.llmcluster.core.cluster.WildcardHost;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.settings.SettingsReader;
import java.time.Duration;

/**
 * How this member stands for nodes.
 *
 * @param host where the node port (gRPC and {@code /health}) listens
 * @param port of the node port, 1 to 65535; 0: any free one
 * @param concurrency requests that a backend is given at a time when neither its operator nor
 *     itself says how many it can do; 0: learned
 * @param queueSize callers that may wait for a slot at one node, at least 0
 * @param slotKept how long a granted slot is kept for a gateway that does not come
 * @param lookInterval between two looks at a backend
 */
public record NodeSettings(
    String host,
    int port,
    int concurrency,
    int queueSize,
    Duration slotKept,
    Duration lookInterval) {

  /** How many times faster a look that failed is followed by the one that decides. */
  private static final int HASTE = 4;

  /**
   * Until the next look.
   *
   * @param inDoubt whether the last one failed and nobody knows yet what that means
   */
  Duration lookInterval(boolean inDoubt) {
    return inDoubt ? lookInterval.dividedBy(HASTE) : lookInterval;
  }

  /**
   * The address of the node port for other members.
   *
   * @param member this member's, which is the port's too where that listens on all of the machine's
   */
  public String hostFor(String member) {
    return WildcardHost.is(host) ? member : host;
  }

  public static NodeSettings create(Config root) {
    SettingsReader node = SettingsReader.of(root, "node");
    return new NodeSettings(
        node.text("host"),
        node.integer("port", 0, 65_535),
        node.integer("concurrency", 0, NodeSpec.MAX_CONCURRENCY),
        node.integer("queueSize", 0, 100_000),
        node.duration("slotKept", Duration.ofMillis(100)),
        node.duration("lookInterval", Duration.ofMillis(100)));
  }
}
