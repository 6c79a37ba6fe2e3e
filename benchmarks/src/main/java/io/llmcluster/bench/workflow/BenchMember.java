package io.llmcluster.bench.workflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.storage.OpenStore;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreConfig;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.model.AgentSettings;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.ModelInfo;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.Workshop;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.stream.javadsl.Sink;

/** A cluster of one with the embedded store, all patterns, sharded workflows and nothing else. */
final class BenchMember implements AutoCloseable {

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              pekko.cluster.roles = [workflow]
              pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
              """)
          .withFallback(ConfigFactory.load());

  private final OpenStore store;
  private final ActorSystem<Void> system;
  private final WorkflowHistory history;
  private final Workflows workflows;

  BenchMember(Path folder, Inference inference) {
    Store own = new Store.OwnFile(folder);
    this.store = OpenStore.open(own);
    this.system =
        ActorSystem.create(Behaviors.empty(), "bench", StoreConfig.over(CONFIG, Optional.of(own)));
    this.history = new WorkflowHistory(system, JournalReader.create(system, own));
    List<Pattern> known = new ArrayList<>(BuiltInPatterns.all());
    known.add(new Chain());
    PatternRegistry patterns = new PatternRegistry(known);
    this.workflows =
        new Workflows(
            system,
            patterns,
            Optional.of(
                new Workflows.Reading(
                    history, system.ignoreRef(), id -> CompletableFuture.completedStage(id))));
    PatternSettings settings = PatternSettings.create(CONFIG);
    Workshop workshop =
        new Workshop(
            patterns,
            new StepCalls(system, inference, settings.calls()),
            () ->
                new Cast(
                    Stream.of("m", "fast", "middle", "slow").map(BenchMember::model).toList(),
                    AgentSettings.create(CONFIG)),
            history,
            Clock.systemUTC(),
            settings);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    ClusterSharding.get(system)
        .init(
            Entity.of(WorkflowActor.KEY, entity -> WorkflowActor.create(entity, workshop))
                .withRole("workflow")
                .withSettings(ClusterShardingSettings.create(system).withRememberEntities(true)));
  }

  private static ModelInfo model(String name) {
    return new ModelInfo(name, "llama", 1, List.of("completion"), 1, 1);
  }

  ActorSystem<Void> system() {
    return system;
  }

  WorkflowHistory history() {
    return history;
  }

  CompletionStage<WorkflowReply> submit(String id, int length) {
    var request = JsonNodeFactory.instance.objectNode().put("prompt", "Why?").put("length", length);
    request.putObject("budget").put("modelCalls", 100_000).put("tokens", Long.MAX_VALUE);
    return submit(id, "chain", request);
  }

  CompletionStage<WorkflowReply> submit(String id, String pattern, ObjectNode request) {
    return ClusterSharding.get(system)
        .entityRefFor(WorkflowActor.KEY, id)
        .ask(
            (ActorRef<WorkflowReply> replyTo) ->
                new WorkflowCommand.Submit(pattern, request, "hash", "bench", replyTo),
            Duration.ofSeconds(60));
  }

  /** Is done when the end of a workflow is recorded. */
  CompletionStage<?> end(String id) {
    return workflows.follow(id, 0).runWith(Sink.ignore(), system);
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    store.close();
  }
}
