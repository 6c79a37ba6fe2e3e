package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.core.cluster.ClusterSettings.Role;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.storage.JournalEraser;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.storage.Store;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.NoStoreException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.AgentSettings;
import io.llmcluster.patterns.model.Casts;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.Workshop;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;

/**
 * The workflow role of a member: workflows live here. A member without the role reaches those of
 * the others.
 */
final class WorkflowRole {

  private WorkflowRole() {}

  /**
   * @param store of this member; empty: it has none, so it can begin and steer workflows but not
   *     read what they have recorded
   */
  static Workflows start(
      ActorSystem<Void> system,
      Config config,
      Directory directory,
      Inference inference,
      Optional<Store> store) {
    PatternSettings settings = PatternSettings.create(config);
    Map<String, Agent> agents = AgentSettings.create(config);
    PatternRegistry patterns = new PatternRegistry(BuiltInPatterns.all());
    Optional<Workflows.Reading> reading =
        store.map(known -> reading(system, known, settings.listed()));
    Workshop workshop =
        new Workshop(
            patterns,
            new StepCalls(system, inference, settings.calls()),
            () -> Casts.of(directory.view(), agents),
            reading
                .map(read -> (Workshop.Histories) read.history())
                .orElse((id, to) -> CompletableFuture.failedStage(new NoStoreException())),
            Clock.systemUTC(),
            settings);
    ClusterSharding.get(system)
        .init(
            Entity.of(WorkflowActor.KEY, entity -> WorkflowActor.create(entity, workshop))
                .withRole(Role.WORKFLOW.id())
                .withSettings(ClusterShardingSettings.create(system).withRememberEntities(true)));
    return new Workflows(system, patterns, reading);
  }

  private static Workflows.Reading reading(ActorSystem<Void> system, Store store, int listed) {
    JournalReader journal = JournalReader.create(system, store);
    JournalEraser eraser = JournalEraser.create(system, store);
    return new Workflows.Reading(
        new WorkflowHistory(system, journal),
        system.systemActorOf(ListActor.create(journal, listed), "workflow-lists", Props.empty()),
        eraser::erase);
  }
}
