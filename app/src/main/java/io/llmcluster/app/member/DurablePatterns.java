package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.core.cluster.ClusterSettings.Role;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.storage.JournalEraser;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.storage.Store;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.ChildWorkflows;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.NoStoreException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.conversation.ConversationActor;
import io.llmcluster.patterns.conversation.ConversationDesk;
import io.llmcluster.patterns.conversation.ConversationHistory;
import io.llmcluster.patterns.conversation.ConversationLists;
import io.llmcluster.patterns.conversation.ConversationSettings;
import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.history.WorkflowLists;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.AgentSettings;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Casts;
import io.llmcluster.patterns.retention.Expiry;
import io.llmcluster.patterns.retention.Retention;
import io.llmcluster.patterns.retention.RetentionSettings;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.Workshop;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Workflows and conversations: those that live on this member, if it has the role, and the way to
 * those of the others.
 *
 * @param workflows all of the cluster
 * @param conversations all of the cluster
 */
record DurablePatterns(Workflows workflows, Conversations conversations) {

  /**
   * @param store of this member; empty: it has none, and since it could not read what comes of a
   *     workflow, it neither begins nor steers any
   */
  static DurablePatterns start(
      ActorSystem<Void> system,
      Config config,
      Directory directory,
      Inference inference,
      Optional<Store> store) {
    PatternSettings settings = PatternSettings.create(config);
    Map<String, Agent> agents = AgentSettings.create(config);
    PatternRegistry patterns = new PatternRegistry(BuiltInPatterns.all());
    StepCalls calls = new StepCalls(system, inference, settings.calls());
    Supplier<Cast> cast = () -> Casts.of(directory.view(), agents);
    Optional<Access> access =
        store.map(
            known ->
                new Access(
                    JournalReader.create(system, known), JournalEraser.create(system, known)));
    Optional<Workflows.Reading> reading =
        access.map(known -> known.workflows(system, settings.listed()));
    Workshop workshop =
        new Workshop(
            patterns,
            calls,
            cast,
            reading
                .map(read -> (Workshop.Histories) read.history())
                .orElse((id, to) -> CompletableFuture.failedStage(new NoStoreException())),
            Clock.systemUTC(),
            settings);
    Workflows workflows = new Workflows(system, patterns, reading);
    ConversationDesk desk =
        new ConversationDesk(
            patterns,
            calls,
            new ChildWorkflows(system, workflows),
            cast,
            Clock.systemUTC(),
            settings,
            ConversationSettings.create(config));
    ClusterSharding sharding = ClusterSharding.get(system);
    ClusterShardingSettings remembered =
        ClusterShardingSettings.create(system).withRememberEntities(true);
    sharding.init(
        Entity.of(WorkflowActor.KEY, entity -> WorkflowActor.create(entity, workshop))
            .withRole(Role.WORKFLOW.id())
            .withSettings(remembered));
    sharding.init(
        Entity.of(ConversationActor.KEY, entity -> ConversationActor.create(entity, desk))
            .withStopMessage(ConversationActor.stopMessage())
            .withRole(Role.WORKFLOW.id())
            .withSettings(remembered));
    Conversations conversations =
        new Conversations(
            system,
            workflows,
            agents,
            access.map(known -> known.conversations(system, settings.listed())));
    RetentionSettings retention = RetentionSettings.create(config);
    if (access.isPresent() && Cluster.get(system).selfMember().hasRole(Role.WORKFLOW.id())) {
      Retention.start(
          system,
          Role.WORKFLOW.id(),
          new Expiry(workflows, conversations, retention, Clock.systemUTC()),
          retention);
    }
    return new DurablePatterns(workflows, conversations);
  }

  /** What a member with the store can do in it. */
  private record Access(JournalReader journal, JournalEraser eraser) {

    Workflows.Reading workflows(ActorSystem<Void> system, int listed) {
      return new Workflows.Reading(
          new WorkflowHistory(system, journal),
          system.systemActorOf(
              ListActor.create(journal, WorkflowActor.LIFECYCLE, new WorkflowLists(listed)),
              "workflow-lists",
              Props.empty()),
          eraser::erase);
    }

    Conversations.Reading conversations(ActorSystem<Void> system, int listed) {
      return new Conversations.Reading(
          new ConversationHistory(system, journal),
          system.systemActorOf(
              ListActor.create(journal, ConversationActor.LISTED, new ConversationLists(listed)),
              "conversation-lists",
              Props.empty()),
          eraser::erase);
    }
  }
}
