package io.llmcluster.core.storage;

import io.llmcluster.core.serialization.StoredMessage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;

/** A small event-sourced actor: adds, and answers with the sum when it is stored. */
final class Counter extends EventSourcedBehavior<Counter.Command, Counter.Added, Counter.Sum> {

  /** How it stands in {@code llm-cluster.stored-types}. */
  static final String STORED_TYPES =
      "llm-cluster.stored-types { test-added = \""
          + Added.class.getName()
          + "\", test-sum = \""
          + Sum.class.getName()
          + "\" }\n";

  sealed interface Command {}

  record Add(int amount, ActorRef<Sum> replyTo) implements Command {}

  /** Several events, stored together. */
  record AddAll(List<Integer> amounts, ActorRef<Sum> replyTo) implements Command {}

  record Get(ActorRef<Sum> replyTo) implements Command {}

  record Added(int amount, String filling) implements StoredMessage {}

  record Sum(int total, int events) implements StoredMessage {}

  /** An amount whose event is large. */
  static final int BIG = 1_000_000;

  private final String tag;

  static Behavior<Command> create(String id, String tag) {
    return new Counter(id, tag);
  }

  private Counter(String id, String tag) {
    super(
        PersistenceId.ofUniqueId(id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.1));
    this.tag = tag;
  }

  @Override
  public Sum emptyState() {
    return new Sum(0, 0);
  }

  @Override
  public CommandHandler<Command, Added, Sum> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Add.class,
            add ->
                Effect()
                    .persist(
                        new Added(add.amount(), "x".repeat(add.amount() == BIG ? 2_000_000 : 400)))
                    .thenRun(sum -> add.replyTo().tell(sum)))
        .onCommand(
            AddAll.class,
            all ->
                Effect()
                    .persist(all.amounts().stream().map(amount -> new Added(amount, "")).toList())
                    .thenRun(sum -> all.replyTo().tell(sum)))
        .onCommand(Get.class, get -> Effect().none().thenRun(sum -> get.replyTo().tell(sum)))
        .build();
  }

  @Override
  public EventHandler<Sum, Added> eventHandler() {
    return (sum, added) -> new Sum(sum.total() + added.amount(), sum.events() + 1);
  }

  /** Odd amounts are tagged. */
  @Override
  public Set<String> tagsFor(Added added) {
    return added.amount() % 2 == 1 ? Set.of(tag) : Set.of();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(10, 2);
  }
}
