package io.llmcluster.core.node;

import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.LiveMember;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.core.protocol.NodeServiceClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.grpc.GrpcClientSettings;
import org.jspecify.annotations.Nullable;

/**
 * Finds the service that stands in front of a node: a gRPC client for a node of another member, the
 * service object itself for one of this member. Callers cannot tell them apart.
 */
public final class NodeClients {

  /** A machine that vanishes closes no connection; pings end the calls that it leaves behind. */
  private static final int PING_SECONDS = 10;

  private static final int PONG_SECONDS = 5;

  private final ActorSystem<?> system;
  private final int maxMessageBytes;
  private final Map<String, NodeChannel> clients = new ConcurrentHashMap<>();
  private volatile @Nullable NodeService local;
  private volatile String localMember = "";

  /**
   * @param maxMessageBytes largest message that a node may send; above what nodes are set to relay
   *     at a time, or their answers are lost here
   */
  public NodeClients(ActorSystem<?> system, int maxMessageBytes) {
    this.system = system;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Makes this member's nodes reachable without the wire.
   *
   * @param member as {@link NodeEntry#member} names it
   */
  public void setLocal(String member, NodeService service) {
    local = service;
    localMember = member;
  }

  public NodeService serviceOf(NodeEntry node) {
    NodeService here = local;
    if (here != null && node.member().equals(localMember)) {
      return here;
    }
    // One channel per life of a member: a restarted one is not kept waiting for the old one's
    // back-off.
    return clients
        .computeIfAbsent(
            node.member(),
            member -> channel(system, node.grpcHost(), node.grpcPort(), maxMessageBytes))
        .client();
  }

  /**
   * A call of the node was given up before its answer had begun.
   *
   * @param bytes of its request's body
   */
  public void gaveUp(NodeEntry node, int bytes) {
    NodeChannel channel = clients.get(node.member()); // none for this member's own nodes
    if (channel != null) {
      channel.gaveUp(bytes);
    }
  }

  /** To the node port at the address; it connects when it is first used. */
  public static NodeChannel channel(
      ClassicActorSystemProvider system, String host, int port, int maxMessageBytes) {
    return new NodeChannel(() -> connect(system, host, port, maxMessageBytes));
  }

  private static NodeServiceClient connect(
      ClassicActorSystemProvider system, String host, int port, int maxMessageBytes) {
    return NodeServiceClient.create(
        GrpcClientSettings.connectToServiceAt(host, port, system)
            .withTls(false)
            .withChannelBuilderOverrides(
                channel ->
                    channel
                        .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
                        .maxInboundMessageSize(maxMessageBytes)),
        system);
  }

  /**
   * Connects to every member that stands for nodes, so that no request has to wait for it, and
   * closes the clients of those that are gone. May block for some tenths of a second.
   */
  public void follow(DirectoryView view) {
    Set<String> members = view.members().stream().map(LiveMember::name).collect(Collectors.toSet());
    view.nodes().stream().filter(node -> members.contains(node.member())).forEach(this::serviceOf);
    clients
        .entrySet()
        .removeIf(
            client -> {
              boolean gone = !members.contains(client.getKey());
              if (gone) {
                client.getValue().close();
              }
              return gone;
            });
  }
}
