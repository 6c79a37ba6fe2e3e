package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.node.Backends;
import io.llmcluster.node.LocalNodes;
import io.llmcluster.node.NodeActor;
import io.llmcluster.node.NodeCalls;
import io.llmcluster.node.NodeHost;
import io.llmcluster.node.NodeIdentity;
import io.llmcluster.node.NodeServer;
import io.llmcluster.node.NodeSettings;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.http.javadsl.ServerBinding;

/** The node role of a member: its nodes and the node port. */
final class NodeRole {

  private final NodePlan plan;
  private final ServerBinding binding;
  private final String address;

  private NodeRole(NodePlan plan, ServerBinding binding, String address) {
    this.plan = plan;
    this.binding = binding;
    this.address = address;
  }

  static NodeRole start(
      ActorSystem<Void> system,
      Config config,
      ClusterSettings cluster,
      Directory directory,
      ActorRef<DirectoryActor.Command> directoryActor,
      NodeClients clients,
      Backends backends,
      NodePlan plan) {
    NodeSettings settings = NodeSettings.create(config);
    LocalNodes localNodes = new LocalNodes();
    String member = DirectoryActor.memberName(Cluster.get(system).selfMember().uniqueAddress());
    NodeCalls calls = new NodeCalls(system, localNodes, directory, member);
    clients.setLocal(member, calls);
    ServerBinding binding =
        ActorSystems.await(
            NodeServer.bind(system, settings, member, calls, directory),
            "node.port",
            settings.host(),
            settings.port());
    String address = settings.hostFor(cluster.host());
    NodeIdentity identity =
        new NodeIdentity(member, address, binding.localAddress().getPort(), plan.hardware());
    ActorRef<NodeHost.Command> host =
        system.systemActorOf(
            NodeHost.create(
                directory,
                directoryActor,
                identity,
                localNodes,
                (spec, changed) ->
                    NodeActor.create(spec, backends, settings, identity, directoryActor, changed),
                plan.wanted(),
                plan.own()),
            "nodes",
            Props.empty());
    NodeRole role = new NodeRole(plan, binding, address + ":" + binding.localAddress().getPort());
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceStop(), "drain-nodes", () -> role.drain(host, cluster));
    return role;
  }

  String address() {
    return address;
  }

  /**
   * Whether each node that this member brought along has been looked at, by whichever member stands
   * for it, and those that this member runs itself can answer: on a busy machine the first look may
   * come before the process has a moment to.
   */
  boolean isReady(Directory directory) {
    return plan.wanted().stream().allMatch(spec -> health(directory, spec) != NodeHealth.STARTING)
        && plan.own().stream().allMatch(spec -> health(directory, spec).takesRequests());
  }

  private static NodeHealth health(Directory directory, NodeSpec spec) {
    return directory.view().node(spec.name()).map(NodeEntry::health).orElse(NodeHealth.STARTING);
  }

  private CompletableFuture<Done> drain(ActorRef<NodeHost.Command> host, ClusterSettings cluster) {
    CompletableFuture<Done> drained = new CompletableFuture<>();
    host.tell(new NodeHost.DrainAll(drained));
    return drained
        .completeOnTimeout(
            Done.getInstance(),
            cluster.drainTimeout().toMillis(),
            java.util.concurrent.TimeUnit.MILLISECONDS)
        .thenCompose(done -> binding.unbind().toCompletableFuture());
  }
}
