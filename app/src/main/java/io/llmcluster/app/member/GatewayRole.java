package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.inference.ClusterInference;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.api.Apis;
import io.llmcluster.gateway.server.GatewayServer;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.PatternSettings;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.stream.Materializer;

/** The gateway role of a member: the HTTP face. */
final class GatewayRole {

  /** For connections on which nothing is under way any more. */
  private static final Duration LAST_CONNECTIONS = Duration.ofSeconds(1);

  private final GatewayServer server;
  private final ServerBinding binding;
  private final String address;

  private GatewayRole(GatewayServer server, ServerBinding binding, String address) {
    this.server = server;
    this.binding = binding;
    this.address = address;
  }

  /**
   * @param ready whether this member may serve
   */
  static GatewayRole start(
      ActorSystem<Void> system,
      Config config,
      ClusterSettings cluster,
      Directory directory,
      NodeClients clients,
      ClusterInference inference,
      Workflows workflows,
      Conversations conversations,
      BooleanSupplier ready) {
    GatewaySettings settings = GatewaySettings.create(config);
    Materializer materializer = Materializer.matFromSystem(system);
    GatewayServer server =
        new GatewayServer(
            settings,
            Apis.router(
                settings,
                directory,
                clients,
                inference,
                workflows,
                conversations,
                PatternSettings.create(config),
                ready,
                materializer));
    ServerBinding binding =
        ActorSystems.await(server.bind(system), "server.port", settings.host(), settings.port());
    GatewayRole role =
        new GatewayRole(server, binding, settings.host() + ":" + binding.localAddress().getPort());
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceUnbind(),
        "unbind-gateway",
        () -> binding.unbind().thenApply(done -> Done.getInstance()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "drain-gateway",
        () -> role.drain(cluster.drainTimeout()));
    return role;
  }

  String address() {
    return address;
  }

  private CompletionStage<Done> drain(Duration limit) {
    return server
        .drain()
        .toCompletableFuture()
        .completeOnTimeout(Done.getInstance(), limit.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(done -> binding.terminate(LAST_CONNECTIONS))
        .thenApply(done -> Done.getInstance());
  }
}
