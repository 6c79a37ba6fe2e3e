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
import io.llmcluster.core.testkit.StoreContents;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.api.InferenceApi;
import io.llmcluster.gateway.api.NodeAccess;
import io.llmcluster.gateway.api.Unloading;
import io.llmcluster.gateway.conversation.ConversationApi;
import io.llmcluster.gateway.pattern.ChatSocket;
import io.llmcluster.gateway.pattern.PatternApis;
import io.llmcluster.gateway.pattern.PatternModels;
import io.llmcluster.gateway.relay.Relay;
import io.llmcluster.gateway.server.GatewayServer;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.workflow.WorkflowApi;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.ChildWorkflows;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.conversation.ConversationActor;
import io.llmcluster.patterns.conversation.ConversationDesk;
import io.llmcluster.patterns.conversation.ConversationHistory;
import io.llmcluster.patterns.conversation.ConversationLists;
import io.llmcluster.patterns.conversation.ConversationSettings;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.history.WorkflowLists;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.AgentSettings;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.ModelInfo;
import io.llmcluster.patterns.retention.Expiry;
import io.llmcluster.patterns.retention.Retention;
import io.llmcluster.patterns.retention.RetentionSettings;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * A member that is a cluster by itself: workflows on an embedded store (or on the MongoDB that
 * scripts/verify-mongodb is given, in a database of their own), or on any other, and a real port.
 */
public final class PatternGateway implements AutoCloseable {

  private static final String MEMBER =
      """
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.cluster.roles = ["workflow"]
      patterns.maxRequestBytes = 4k
      patterns.conversations.queue = 1
      """;

  private static final PatternRegistry SMALL =
      new PatternRegistry(
          List.of(new Duo("ensemble"), new Duo("maestro"), new Duo("duo"), new Decompose()));

  private static final PatternRegistry UPDATED =
      new PatternRegistry(List.of(new Duo("ensemble", List.of("test/ask", "structured/repair"))));

  private static final List<ModelInfo> MODELS = List.of(info("ada"), info("bob"));

  public final Models models;
  public final URI base;

  /** A gateway of the same cluster that has no store. */
  public final URI blind;

  /** A gateway of the same cluster that waits only for a moment for a workflow to answer. */
  public final URI hasty;

  /** A gateway of the same cluster whose program has other prompts under the same version. */
  public final URI updated;

  /** A gateway of the same cluster that a test may stop. */
  public final Stopping stopping;

  /**
   * @param server to be drained
   */
  public record Stopping(URI base, GatewayServer server) {}

  /** Ids of workflows that the store fails to delete. */
  public final Set<String> unerasable = ConcurrentHashMap.newKeySet();

  /** Ids of workflows that the store deletes, but without saying so. */
  public final Set<String> erasedSilently = ConcurrentHashMap.newKeySet();

  private final AtomicInteger foundNobody = new AtomicInteger();
  private volatile List<ModelInfo> hands = MODELS;
  private volatile CompletableFuture<?> begins = CompletableFuture.completedFuture("at once");
  private final PatternRegistry registry;
  private final ActorSystem<Void> system;
  private final OpenStore store;
  private final Workflows workflows;
  private final Conversations conversations;

  private PatternGateway(Store kept, PatternRegistry registry) {
    this.registry = registry;
    Config root =
        ConfigFactory.parseString(MEMBER)
            .withFallback(ConfigFactory.parseResources("pekko-defaults.conf"))
            .withFallback(ConfigFactory.load());
    Config config =
        root.getConfig("cluster-profiles.fast").atPath("pekko.cluster").withFallback(root);
    store = OpenStore.open(kept);
    system =
        ActorSystem.create(
            Behaviors.empty(), "gateway", StoreConfig.over(config, Optional.of(store.store())));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    models = new Models(system);
    PatternSettings patterns = PatternSettings.create(config);
    StepCalls calls = new StepCalls(system, models, patterns.calls());
    JournalReader journal = JournalReader.create(system, store.store());
    Workflows.Reading reading = reading(patterns, calls, journal);
    workflows = new Workflows(system, registry, Optional.of(reading));
    Workflows hastyWorkflows =
        new Workflows(system, registry, Optional.of(reading), Duration.ofMillis(300));
    conversations = conversations(config, calls, journal, workflows);
    GatewaySettings settings = SmallGateway.listing("ensemble");
    stopping = serve(settings, patterns, workflows, conversations);
    base = serve(settings, patterns, workflows, conversations).base();
    blind =
        serve(
                settings,
                patterns,
                new Workflows(system, registry, Optional.empty()),
                new Conversations(system, workflows, Map.of(), Optional.empty()))
            .base();
    hasty = serve(settings, patterns, hastyWorkflows, conversations).base();
    Workflows updatedWorkflows = new Workflows(system, UPDATED, Optional.of(reading));
    updated = serve(settings, patterns, updatedWorkflows, conversations).base();
  }

  private Stopping serve(
      GatewaySettings settings,
      PatternSettings patterns,
      Workflows served,
      Conversations conversations) {
    Materializer materializer = Materializer.matFromSystem(system);
    Directory directory = new Directory();
    RequestBody bodies = new RequestBody(settings, materializer);
    Router router = new Router();
    InferenceApi inference =
        new InferenceApi(
            bodies,
            new Relay(models, settings, materializer),
            new Unloading(new NodeAccess(directory, new NodeClients(system, 16 * 1024 * 1024))),
            new PatternModels(
                served,
                "ensemble:real"::equals,
                patterns.maxRequestBytes(),
                settings.writeTimeout(),
                materializer));
    inference.addTo(router);
    ChatSocket chats = new ChatSocket(inference::chat, settings.writeTimeout(), materializer);
    router.at(HttpMethods.GET, ChatSocket.PATH, chats::open);
    PatternApis.addTo(router, settings, patterns, served, bodies, materializer);
    new ConversationApi(
            conversations,
            new JsonBody(bodies, patterns.maxRequestBytes()),
            materializer,
            settings.writeTimeout())
        .addTo(router);
    WorkflowApi.addTo(router, patterns, served, bodies, materializer);
    GatewayServer server = new GatewayServer(settings, router);
    int port = Await.the(server.bind(system)).localAddress().getPort();
    return new Stopping(URI.create("http://127.0.0.1:" + port), server);
  }

  /** From now on nobody is there who could be chosen; or they are there again. */
  public void nobodyIsThere(boolean gone) {
    hands = gone ? List.of() : MODELS;
  }

  /** How often workflows have looked for somebody while nobody was there. */
  public int foundNobody() {
    return foundNobody.get();
  }

  private Cast cast() {
    Await.the(begins);
    List<ModelInfo> there = hands;
    if (there.isEmpty()) {
      foundNobody.incrementAndGet();
    }
    return new Cast(there, Map.of());
  }

  /** From now on no workflow begins before that. */
  public void begin(CompletableFuture<?> when) {
    begins = when;
  }

  /** For tests of what waits on the cluster's workflows without a connection. */
  public Workflows workflows() {
    return workflows;
  }

  public Materializer materializer() {
    return Materializer.matFromSystem(system);
  }

  /** With patterns that are small, under the names of real ones. */
  public static PatternGateway start(Path folder) {
    return on(store(folder));
  }

  /** As {@link #start}, on an empty store. */
  public static PatternGateway on(Store store) {
    return new PatternGateway(store, SMALL);
  }

  private static Store store(Path folder) {
    return TestStore.here().contains(TestStore.MONGODB)
        ? TestStore.MONGODB.open().store()
        : new Store.OwnFile(folder.resolve("store"));
  }

  /** With the patterns of the program. */
  public static PatternGateway withBuiltIn(Path folder) {
    return new PatternGateway(store(folder), new PatternRegistry(BuiltInPatterns.all()));
  }

  private Conversations conversations(
      Config config, StepCalls calls, JournalReader journal, Workflows workflows) {
    Map<String, Agent> agents = AgentSettings.create(config);
    ConversationDesk desk =
        new ConversationDesk(
            registry,
            calls,
            new ChildWorkflows(system, workflows),
            () -> new Cast(hands, agents),
            Clock.systemUTC(),
            PatternSettings.create(config),
            ConversationSettings.create(config));
    ClusterSharding.get(system)
        .init(
            Entity.of(ConversationActor.KEY, entity -> ConversationActor.create(entity, desk))
                .withStopMessage(ConversationActor.stopMessage())
                .withRole("workflow")
                .withSettings(ClusterShardingSettings.create(system).withRememberEntities(true)));
    return new Conversations(
        system,
        workflows,
        agents,
        Optional.of(
            new Conversations.Reading(
                new ConversationHistory(system, journal),
                system.systemActorOf(
                    ListActor.create(
                        journal, ConversationActor.LISTED, new ConversationLists(1000)),
                    "conversation-lists",
                    Props.empty()),
                JournalEraser.create(system, store.store())::erase)));
  }

  /** What erases what is old in it. */
  public Expiry expiry(RetentionSettings settings, Clock clock) {
    return new Expiry(workflows, conversations, settings, clock);
  }

  /** Erases what is old from now on. */
  public void retain(RetentionSettings settings, Clock clock) {
    Retention.start(system, "workflow", expiry(settings, clock), settings);
  }

  /** Whether rows or documents of events or snapshots are left of it, by its persistence id. */
  public boolean holds(String persistenceId) {
    StoreContents contents = new StoreContents(system, store.store());
    return !contents.events(persistenceId).isEmpty()
        || !contents.snapshots(persistenceId).isEmpty();
  }

  /** What is stored of a workflow or conversation, by its persistence id. */
  public List<EventEnvelope> stored(String persistenceId) {
    return Await.the(
        JournalReader.create(system, store.store())
            .events(persistenceId, 0, Long.MAX_VALUE)
            .runWith(Sink.seq(), system));
  }

  private Workflows.Reading reading(
      PatternSettings settings, StepCalls calls, JournalReader journal) {
    WorkflowHistory history = new WorkflowHistory(system, journal);
    Workshop workshop =
        new Workshop(registry, calls, this::cast, history, Clock.systemUTC(), settings);
    ClusterSharding.get(system)
        .init(
            Entity.of(WorkflowActor.KEY, entity -> WorkflowActor.create(entity, workshop))
                .withRole("workflow")
                .withSettings(ClusterShardingSettings.create(system).withRememberEntities(true)));
    return new Workflows.Reading(
        history,
        system.systemActorOf(
            ListActor.create(
                journal, WorkflowActor.LIFECYCLE, new WorkflowLists(settings.listed())),
            "lists",
            Props.empty()),
        this::erase);
  }

  private CompletionStage<?> erase(String persistenceId) {
    if (unerasable.stream().anyMatch(persistenceId::endsWith)) {
      return CompletableFuture.failedStage(new IllegalStateException("the disk is full"));
    }
    CompletionStage<?> erased = JournalEraser.create(system, store.store()).erase(persistenceId);
    return erasedSilently.stream().anyMatch(persistenceId::endsWith)
        ? erased.thenCompose(
            done -> CompletableFuture.failedStage(new IllegalStateException("no answer")))
        : erased;
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
