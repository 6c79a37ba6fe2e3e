package io.llmcluster.patterns.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.storage.OpenStore;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreConfig;
import io.llmcluster.patterns.call.CallSettings;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.conversation.ConversationHistory;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.Workshop;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.jspecify.annotations.Nullable;

/** A member's actor system on a store, without the cluster; its processes come and go. */
public final class TestMember implements AutoCloseable {

  public static final Duration PATIENCE = Duration.ofSeconds(15);

  private final @Nullable OpenStore store;
  private final ActorTestKit kit;
  private final PatternRegistry patterns;
  private final @Nullable WorkflowHistory history;
  private final Set<String> woken = ConcurrentHashMap.newKeySet();

  private TestMember(@Nullable OpenStore store, Config config, List<Pattern> patterns) {
    this.store = store;
    this.kit =
        ActorTestKit.create(
            "member",
            ConfigFactory.parseString("pekko.actor.provider = local").withFallback(config));
    this.patterns = new PatternRegistry(patterns);
    this.history =
        store == null
            ? null
            : new WorkflowHistory(kit.system(), JournalReader.create(kit.system(), store.store()));
  }

  public static TestMember on(Store store, List<Pattern> patterns) {
    return new TestMember(
        OpenStore.open(store),
        StoreConfig.over(ConfigFactory.load(), Optional.of(store)),
        patterns);
  }

  /** On Pekko's store for tests, which fails when it is told to; its histories cannot be read. */
  public static TestMember inMemory(List<Pattern> patterns) {
    return new TestMember(
        null,
        PersistenceTestKitPlugin.config()
            .withFallback(PersistenceTestKitSnapshotPlugin.config())
            .withFallback(ConfigFactory.load()),
        patterns);
  }

  /** Short waits, and small snapshots so that tests meet them. */
  public static PatternSettings settings() {
    return new PatternSettings(
        new CallSettings(
            1000,
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(10)),
        Duration.ofMillis(1),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        10,
        100_000,
        1000);
  }

  /** A process that has just started: none of its calls is under way. */
  public TestProcess process() {
    return process(settings());
  }

  public TestProcess process(PatternSettings settings) {
    ScriptedInference inference = new ScriptedInference();
    StepCalls calls = new StepCalls(kit.system(), inference, settings.calls());
    return new TestProcess(
        this,
        inference,
        calls,
        new Workshop(
            patterns,
            calls,
            () -> Simulation.cast(Agents.DEFAULT, "a", "b", "c", "big"),
            (workflow, to) ->
                history == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("no histories"))
                    : history.read(workflow, to),
            Clock.systemUTC(),
            settings));
  }

  /** Which workflows and conversations want to be in memory again. */
  public Set<String> woken() {
    return woken;
  }

  public WorkflowHistory history() {
    return Objects.requireNonNull(history);
  }

  public ConversationHistory conversations() {
    return new ConversationHistory(
        kit.system(), JournalReader.create(kit.system(), Objects.requireNonNull(store).store()));
  }

  /** Where its workflows are kept. */
  public Store store() {
    return Objects.requireNonNull(store).store();
  }

  ActorTestKit kit() {
    return kit;
  }

  /** For answers that nobody reads. */
  <T> org.apache.pekko.actor.typed.ActorRef<T> ignore() {
    return kit.system().ignoreRef();
  }

  public ActorSystem<Void> system() {
    return kit.system();
  }

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    if (store != null) {
      store.close();
    }
  }
}
