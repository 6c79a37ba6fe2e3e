package io.llmcluster.core.storage;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;

/** An actor system on a store, as a member has it, without the cluster. */
final class TestSystem implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final OpenStore store;
  private final ActorSystem<Void> system;

  private TestSystem(OpenStore store, Config more) {
    Config root = more.withFallback(ConfigFactory.load());
    this.store = store;
    this.system =
        ActorSystem.create(
            Behaviors.empty(), "storage", StoreConfig.over(root, Optional.of(store.store())));
  }

  static TestSystem start(Store store) {
    return start(store, "");
  }

  static TestSystem start(Store store, String more) {
    return new TestSystem(
        OpenStore.open(store),
        ConfigFactory.parseString("pekko.actor.provider = local\n" + Counter.STORED_TYPES + more));
  }

  ActorRef<Counter.Command> counter(String id, String tag) {
    return system.systemActorOf(
        Counter.create(id, tag), "counter-" + UUID.randomUUID(), Props.empty());
  }

  CompletionStage<Counter.Sum> add(ActorRef<Counter.Command> counter, int amount, Duration limit) {
    return AskPattern.ask(
        counter, replyTo -> new Counter.Add(amount, replyTo), limit, system.scheduler());
  }

  Counter.Sum add(ActorRef<Counter.Command> counter, int amount) {
    return join(add(counter, amount, PATIENCE));
  }

  Counter.Sum addAll(ActorRef<Counter.Command> counter, Integer... amounts) {
    return join(
        AskPattern.ask(
            counter,
            replyTo -> new Counter.AddAll(List.of(amounts), replyTo),
            PATIENCE,
            system.scheduler()));
  }

  Counter.Sum get(ActorRef<Counter.Command> counter) {
    return join(AskPattern.ask(counter, Counter.Get::new, PATIENCE, system.scheduler()));
  }

  List<EventEnvelope> events(String id, long after, long to) {
    return join(reader().events(id, after, to).runWith(Sink.seq(), system));
  }

  List<TaggedEvent> tagged(String tag, JournalOffset after) {
    return join(reader().tagged(tag, after).runWith(Sink.seq(), system));
  }

  JournalReader reader() {
    return JournalReader.create(system, store.store());
  }

  void erase(String id) {
    join(JournalEraser.create(system, store.store()).erase(id));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Override
  public void close() {
    system.terminate();
    join(system.getWhenTerminated());
    store.close();
  }
}
