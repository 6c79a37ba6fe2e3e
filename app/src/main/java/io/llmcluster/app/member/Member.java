package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.core.cluster.ClusterSettings.Role;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.inference.ClusterInference;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.storage.OpenStore;
import io.llmcluster.core.storage.StorageSettings;
import io.llmcluster.core.storage.StoreAccess;
import io.llmcluster.core.storage.StoreConfig;
import io.llmcluster.node.Backends;
import io.llmcluster.node.backend.BackendDetector;
import io.llmcluster.node.backend.BackendSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running member. Starting it puts the roles together in the order in which they need each
 * other; stopping it takes them apart in the opposite one, with what they have begun brought to its
 * end.
 */
public final class Member {

  private static final Logger log = LoggerFactory.getLogger(Member.class);
  private static final Duration POLL = Duration.ofMillis(20);

  private final ActorSystem<Void> system;
  private final ClusterSettings settings;
  private final Directory directory;
  private final @Nullable NodeRole nodeRole;
  private final @Nullable GatewayRole gatewayRole;
  private final CompletionStage<Done> ended;

  private Member(
      ActorSystem<Void> system,
      ClusterSettings settings,
      Directory directory,
      @Nullable NodeRole nodeRole,
      @Nullable GatewayRole gatewayRole,
      CompletionStage<Done> ended) {
    this.system = system;
    this.settings = settings;
    this.directory = directory;
    this.nodeRole = nodeRole;
    this.gatewayRole = gatewayRole;
    this.ended = ended;
  }

  /**
   * Starts a member; it may not be in the cluster yet when this returns.
   *
   * @param config the whole configuration
   * @param nodes what it brings along
   * @throws StartupException if a port is taken or a setting cannot be used
   */
  public static Member start(Config config, NodePlan nodes) {
    StorageSettings storage = StorageSettings.create(config);
    StoreAccess access = StoreAccess.of(ClusterSettings.create(config), storage);
    DataFolder.prepare(!config.getString("data-dir").isBlank(), storage.dataDir(), access.store());
    if (access.leftOut()) {
      log.warn(StoreAccess.WHY_LEFT_OUT);
    }
    ClusterSettings settings = access.cluster();
    Optional<OpenStore> store = access.store().map(OpenStore::open);
    ActorSystem<Void> system;
    try {
      system = ActorSystems.start(settings, StoreConfig.over(config, access.store()));
    } catch (RuntimeException failure) {
      store.ifPresent(OpenStore::close);
      throw failure;
    }
    CompletionStage<Done> ended =
        system
            .getWhenTerminated()
            .thenApplyAsync(
                done -> {
                  store.ifPresent(OpenStore::close);
                  return done;
                });
    try {
      Directory directory = new Directory();
      ActorRef<DirectoryActor.Command> directoryActor =
          system.systemActorOf(DirectoryActor.create(directory), "directory", Props.empty());
      BackendSettings backendSettings = BackendSettings.create(config);
      NodeClients clients = new NodeClients(system, backendSettings.maxMessageBytes());
      Executor blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
      directory.onChange(() -> blocking.execute(() -> clients.follow(directory.view())));
      Backends backends = new BackendDetector(system, backendSettings);
      NodeRole nodeRole =
          settings.roles().contains(Role.NODE)
              ? NodeRole.start(
                  system, config, settings, directory, directoryActor, clients, backends, nodes)
              : null;
      Cluster cluster = Cluster.get(system);
      ClusterInference inference = Inferences.start(system, config, directory, clients);
      DurablePatterns durable =
          DurablePatterns.start(system, config, directory, inference, access.store());
      GatewayRole gatewayRole =
          settings.roles().contains(Role.GATEWAY)
              ? GatewayRole.start(
                  system,
                  config,
                  settings,
                  directory,
                  clients,
                  inference,
                  durable.workflows(),
                  durable.conversations(),
                  () ->
                      cluster.selfMember().status().equals(MemberStatus.up())
                          && directory.isComplete())
              : null;
      // Only now: the others count on whoever is in, and wait for its part of what they share.
      cluster
          .manager()
          .tell(
              settings.seeds().isEmpty()
                  ? Join.create(cluster.selfMember().address())
                  : new JoinSeedNodes(settings.seedAddresses()));
      return new Member(system, settings, directory, nodeRole, gatewayRole, ended);
    } catch (RuntimeException failure) {
      system.terminate();
      ended.toCompletableFuture().join();
      throw failure;
    }
  }

  /**
   * Completes when this member is in the cluster, has heard of the nodes there and has looked at
   * those it brought along; fails with {@link StartupException}.
   */
  public CompletionStage<MemberReport> ready() {
    CompletableFuture<MemberReport> ready = new CompletableFuture<>();
    poll(ready, System.nanoTime() + settings.joinTimeout().toNanos());
    return ready;
  }

  private void poll(CompletableFuture<MemberReport> ready, long deadline) {
    boolean up = Cluster.get(system).selfMember().status().equals(MemberStatus.up());
    boolean late = System.nanoTime() - deadline >= 0;
    boolean knowsNodes =
        directory.isComplete() && (nodeRole == null || nodeRole.isReady(directory));
    if (up && (late || knowsNodes)) {
      ready.complete(report());
    } else if (late) {
      ready.completeExceptionally(
          new StartupException(
              "cluster.seeds: none of "
                  + settings.seeds().stream().map(seed -> seed.host() + ":" + seed.port()).toList()
                  + " let this member in within "
                  + settings.joinTimeout().toSeconds()
                  + "s (expected: HOST:PORT of running members)"));
    } else {
      CompletableFuture.delayedExecutor(POLL.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> poll(ready, deadline));
    }
  }

  private MemberReport report() {
    org.apache.pekko.actor.Address address = Cluster.get(system).selfMember().address();
    return new MemberReport(
        gatewayRole == null ? null : gatewayRole.address(),
        nodeRole == null ? null : nodeRole.address(),
        address.getHost().orElse("") + ":" + address.getPort().orElse(0),
        directory.view().nodes());
  }

  /** Finishes what was begun, leaves the cluster and ends; completes when that is done. */
  public CompletionStage<Done> stop() {
    return CoordinatedShutdown.get(system)
        .runAll(CoordinatedShutdown.jvmExitReason())
        .thenCompose(done -> ended);
  }

  /** Completes when the member has ended, by {@link #stop} or because the cluster shut it out. */
  public CompletionStage<Done> terminated() {
    return ended;
  }
}
