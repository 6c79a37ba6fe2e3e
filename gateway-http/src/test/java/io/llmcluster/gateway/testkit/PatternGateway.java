package io.llmcluster.gateway.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.storage.JournalEraser;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.storage.OpenStore;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreConfig;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.api.InferenceApi;
import io.llmcluster.gateway.api.NodeAccess;
import io.llmcluster.gateway.api.Unloading;
import io.llmcluster.gateway.pattern.ChatSocket;
import io.llmcluster.gateway.pattern.PatternApis;
import io.llmcluster.gateway.pattern.PatternModels;
import io.llmcluster.gateway.relay.Relay;
import io.llmcluster.gateway.server.GatewayServer;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.workflow.WorkflowApi;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.ModelInfo;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.Workshop;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.stream.Materializer;

/** A member that is a cluster by itself: workflows on an embedded store, and a real port. */
public final class PatternGateway implements AutoCloseable {

  private static final String MEMBER =
      """
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.cluster.roles = ["workflow"]
      patterns.maxRequestBytes = 4k
      """;

  public final Models models;
  public final URI base;
  private final ActorSystem<Void> system;
  private final OpenStore store;

  private PatternGateway(Path folder) {
    Config root =
        ConfigFactory.parseString(MEMBER)
            .withFallback(ConfigFactory.parseResources("pekko-defaults.conf"))
            .withFallback(ConfigFactory.load());
    Config config =
        root.getConfig("cluster-profiles.fast").atPath("pekko.cluster").withFallback(root);
    store = OpenStore.open(new Store.OwnFile(folder.resolve("store")));
    system =
        ActorSystem.create(
            Behaviors.empty(), "gateway", StoreConfig.over(config, Optional.of(store.store())));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    models = new Models(system);
    Workflows workflows = workflows(PatternSettings.create(config));
    GatewaySettings settings =
        new GatewaySettings(
            "127.0.0.1",
            0,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            1_000_000,
            100,
            Duration.ofSeconds(1),
            List.of());
    Materializer materializer = Materializer.matFromSystem(system);
    Directory directory = new Directory();
    RequestBody bodies = new RequestBody(settings, materializer);
    Router router = new Router();
    PatternSettings patterns = PatternSettings.create(config);
    InferenceApi inference =
        new InferenceApi(
            bodies,
            new Relay(models, settings, materializer),
            new Unloading(new NodeAccess(directory, new NodeClients(system, 16 * 1024 * 1024))),
            new PatternModels(
                workflows,
                "ensemble:real"::equals,
                patterns.maxRequestBytes(),
                settings.writeTimeout(),
                materializer));
    inference.addTo(router);
    ChatSocket chats = new ChatSocket(inference::chat, settings.writeTimeout(), materializer);
    router.at(HttpMethods.GET, ChatSocket.PATH, chats::open);
    PatternApis.addTo(router, settings, patterns, workflows, bodies, materializer);
    WorkflowApi.addTo(router, patterns, workflows, bodies, materializer);
    GatewayServer server = new GatewayServer(settings, router);
    int port = Await.the(server.bind(system)).localAddress().getPort();
    base = URI.create("http://127.0.0.1:" + port);
  }

  public static PatternGateway start(Path folder) {
    return new PatternGateway(folder);
  }

  private Workflows workflows(PatternSettings settings) {
    PatternRegistry patterns =
        new PatternRegistry(List.of(new Duo("ensemble"), new Duo("maestro"), new Decompose()));
    JournalReader journal = JournalReader.create(system, store.store());
    WorkflowHistory history = new WorkflowHistory(system, journal);
    Workshop workshop =
        new Workshop(
            patterns,
            new StepCalls(system, models, settings.calls()),
            () -> new Cast(List.of(info("ada"), info("bob")), Map.of()),
            history,
            Clock.systemUTC(),
            settings);
    ClusterSharding.get(system)
        .init(
            Entity.of(WorkflowActor.KEY, entity -> WorkflowActor.create(entity, workshop))
                .withRole("workflow")
                .withSettings(ClusterShardingSettings.create(system).withRememberEntities(true)));
    return new Workflows(
        system,
        patterns,
        Optional.of(
            new Workflows.Reading(
                history,
                system.systemActorOf(
                    ListActor.create(journal, settings.listed()), "lists", Props.empty()),
                JournalEraser.create(system, store.store())::erase)));
  }

  private static ModelInfo info(String name) {
    return new ModelInfo(name, "", 1, List.of(), 1, 1);
  }

  @Override
  public void close() {
    system.terminate();
    Await.the(system.getWhenTerminated());
    store.close();
  }
}
