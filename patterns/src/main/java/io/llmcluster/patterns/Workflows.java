package io.llmcluster.patterns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.history.WorkflowFilter;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.history.WorkflowLists;
import io.llmcluster.patterns.history.WorkflowPage;
import io.llmcluster.patterns.request.RequestHash;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.stream.javadsl.Source;

/** The workflows of the cluster, for whoever serves them to clients. */
public final class Workflows {

  /** For a workflow that has to move and recover first. */
  private static final Duration ANSWERS = Duration.ofSeconds(20);

  private final ActorSystem<?> system;
  private final PatternRegistry patterns;
  private final Optional<Reading> reading;
  private final Duration answers;

  /**
   * What is there only on members with the store.
   *
   * @param history of one workflow
   * @param lists of all
   * @param eraser really deletes one from the store, by its persistence id
   */
  public record Reading(
      WorkflowHistory history,
      ActorRef<ListActor.Command<WorkflowLists>> lists,
      Function<String, CompletionStage<?>> eraser) {}

  public Workflows(ActorSystem<?> system, PatternRegistry patterns, Optional<Reading> reading) {
    this(system, patterns, reading, ANSWERS);
  }

  /**
   * @param answers how long an answer of a workflow or of the lists is waited for
   */
  public Workflows(
      ActorSystem<?> system,
      PatternRegistry patterns,
      Optional<Reading> reading,
      Duration answers) {
    this.system = system;
    this.patterns = patterns;
    this.reading = reading;
    this.answers = answers;
  }

  public PatternRegistry patterns() {
    return patterns;
  }

  /**
   * Begins a workflow; fails as {@link #ask} does.
   *
   * @param id new, or that of an earlier submission of the same request
   * @param request as the client sent it
   */
  public CompletionStage<WorkflowReply> submit(
      String id, String pattern, ObjectNode request, String tenant) {
    String hash = RequestHash.of(request);
    return ask(id, replyTo -> new WorkflowCommand.Submit(pattern, request, hash, tenant, replyTo));
  }

  /**
   * Tells one workflow; fails with {@link NoAnswerException}, or with {@link NoStoreException}
   * where what comes of it could not be read: then it was told nothing.
   */
  public CompletionStage<WorkflowReply> ask(
      String id, Function<ActorRef<WorkflowReply>, WorkflowCommand.Asked> command) {
    return withStore(
        store ->
            NoAnswerException.ifLate(
                entity(id)
                    .ask((ActorRef<WorkflowReply> replyTo) -> command.apply(replyTo), answers)));
  }

  /** The state of a workflow; fails with {@link NoStoreException}. */
  public CompletionStage<Past> read(String id) {
    return withStore(store -> store.history().read(id));
  }

  /**
   * What happens to a workflow: what is recorded after an event, then what comes, with the text
   * that its models write in between; ends when the workflow has ended and all of it was told.
   *
   * @param after number of the last event that is known already; 0: none
   */
  public Source<WorkflowNews, NotUsed> follow(String id, long after) {
    return reading
        .map(store -> Following.of(system, followed(store.history(), id), after))
        .orElseGet(() -> Source.failed(new NoStoreException()));
  }

  private Following.Followed<WorkflowNews> followed(WorkflowHistory history, String id) {
    EntityRef<WorkflowCommand> workflow = entity(id);
    return new Following.Followed<>() {
      @Override
      public void watch(ActorRef<WorkflowUpdate> watcher) {
        workflow.tell(new WorkflowCommand.Watch(watcher));
      }

      @Override
      public void unwatch(ActorRef<WorkflowUpdate> watcher) {
        workflow.tell(new WorkflowCommand.Unwatch(watcher));
      }

      @Override
      public Source<WorkflowNews, NotUsed> recorded(long after, long to) {
        return history.events(id, after, to).map(WorkflowNews.Recorded::new);
      }

      @Override
      public long number(WorkflowNews recorded) {
        return ((WorkflowNews.Recorded) recorded).event().sequenceNr();
      }

      @Override
      public WorkflowNews piece(WorkflowUpdate.Piece piece) {
        return new WorkflowNews.Piece(piece);
      }
    };
  }

  /** A page of the list; fails with {@link NoStoreException}, or when the store is away. */
  public CompletionStage<WorkflowPage> list(WorkflowFilter filter, int offset, int limit) {
    return withStore(
        store ->
            ListActor.ask(
                store.lists(),
                lists -> lists.page(filter, offset, limit),
                answers,
                system.scheduler()));
  }

  /**
   * Erases a workflow that has ended, for good; false if it has not ended. One that is not there
   * counts as erased: it may be half erased, or still be in lists.
   */
  public CompletionStage<Boolean> erase(String id) {
    return withStore(
        store ->
            ask(id, WorkflowCommand.Forget::new)
                .thenCompose(
                    reply ->
                        reply instanceof WorkflowReply.Done || isUnknown(reply)
                            ? store
                                .eraser()
                                .apply(WorkflowActor.persistenceId(id).id())
                                .thenApply(
                                    done -> {
                                      store.lists().tell(new ListActor.Erased<>(List.of(id)));
                                      return true;
                                    })
                            : CompletableFuture.completedStage(false)));
  }

  private static boolean isUnknown(WorkflowReply reply) {
    return reply instanceof WorkflowReply.Refused refused
        && refused.why() == WorkflowReply.Why.UNKNOWN;
  }

  private EntityRef<WorkflowCommand> entity(String id) {
    return ClusterSharding.get(system).entityRefFor(WorkflowActor.KEY, id);
  }

  private <T> CompletionStage<T> withStore(Function<Reading, CompletionStage<T>> read) {
    return reading.map(read).orElseGet(() -> CompletableFuture.failedStage(new NoStoreException()));
  }

  /** What a follower hears. */
  public sealed interface WorkflowNews {

    /** Something that is recorded. */
    record Recorded(WorkflowHistory.Recorded event) implements WorkflowNews {}

    /** A piece of text on its way; never stored. */
    record Piece(WorkflowUpdate.Piece piece) implements WorkflowNews {}
  }
}
