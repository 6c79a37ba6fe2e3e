package io.llmcluster.patterns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.conversation.ConversationActor;
import io.llmcluster.patterns.conversation.ConversationCommand;
import io.llmcluster.patterns.conversation.ConversationFilter;
import io.llmcluster.patterns.conversation.ConversationHistory;
import io.llmcluster.patterns.conversation.ConversationLists;
import io.llmcluster.patterns.conversation.ConversationPage;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.Transcript;
import io.llmcluster.patterns.history.ListActor;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.request.RequestHash;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.stream.javadsl.Source;

/** The conversations of the cluster, for whoever serves them to clients. */
public final class Conversations {

  /** For a conversation that has to move and recover first. */
  private static final Duration ANSWERS = Duration.ofSeconds(20);

  private final ActorSystem<?> system;
  private final Workflows workflows;
  private final Map<String, Agent> agents;
  private final Optional<Reading> reading;

  /**
   * What is there only on members with the store.
   *
   * @param history of one conversation
   * @param lists of all
   * @param eraser really deletes one from the store, by its persistence id
   */
  public record Reading(
      ConversationHistory history,
      ActorRef<ListActor.Command<ConversationLists>> lists,
      Function<String, CompletionStage<?>> eraser) {}

  /**
   * @param agents who can be talked to, by name
   */
  public Conversations(
      ActorSystem<?> system,
      Workflows workflows,
      Map<String, Agent> agents,
      Optional<Reading> reading) {
    this.system = system;
    this.workflows = workflows;
    this.agents = new TreeMap<>(agents);
    this.reading = reading;
  }

  /** By name. */
  public Collection<Agent> agents() {
    return agents.values();
  }

  /**
   * Begins a conversation.
   *
   * @param id new, or that of an earlier request of the same kind
   * @param request as the client sent it
   */
  public CompletionStage<ConversationReply> create(String id, ObjectNode request, String tenant) {
    String hash = RequestHash.of(request);
    return ask(id, replyTo -> new ConversationCommand.Create(request, hash, tenant, replyTo));
  }

  /**
   * Says something.
   *
   * @param messageId new, or that of the same message sent before
   * @param message as the client sent it, without its id
   */
  public CompletionStage<ConversationReply> post(String id, String messageId, ObjectNode message) {
    String hash = RequestHash.of(message);
    return ask(id, replyTo -> new ConversationCommand.Post(messageId, message, hash, replyTo));
  }

  /**
   * Fails with {@link NoAnswerException}, or with {@link NoStoreException} where what comes of it
   * could not be read.
   */
  private CompletionStage<ConversationReply> ask(
      String id, Function<ActorRef<ConversationReply>, ConversationCommand.Asked> command) {
    return withStore(
        store ->
            NoAnswerException.ifLate(
                entity(id)
                    .ask(
                        (ActorRef<ConversationReply> replyTo) -> command.apply(replyTo), ANSWERS)));
  }

  /** A conversation with some of its messages; fails with {@link NoStoreException}. */
  public CompletionStage<Transcript> read(String id, Transcript.Wanted wanted) {
    return withStore(store -> store.history().read(id, wanted));
  }

  /**
   * One message and its answer; fails with {@link NoStoreException}.
   *
   * @param after number of an event before the message; with 0 all is read, and the state is known
   */
  public CompletionStage<Transcript> turn(String id, String messageId, long after) {
    return withStore(store -> store.history().turn(id, messageId, after));
  }

  /**
   * What happens to a conversation: what is recorded after an event, then what comes, with the text
   * that its models write in between; ends when the conversation is deleted.
   *
   * @param after number of the last event that is known already; 0: none
   */
  public Source<ConversationNews, NotUsed> follow(String id, long after) {
    return reading
        .map(store -> Following.of(system, followed(store.history(), id), after))
        .orElseGet(() -> Source.failed(new NoStoreException()));
  }

  /** A page of the list; fails with {@link NoStoreException}, or when the store is away. */
  public CompletionStage<ConversationPage> list(ConversationFilter filter, int offset, int limit) {
    return withStore(
        store ->
            ListActor.ask(
                store.lists(),
                lists -> lists.page(filter, offset, limit),
                ANSWERS,
                system.scheduler()));
  }

  /** Erases a conversation for good, and the workflows that answered in it. */
  public CompletionStage<ConversationReply> erase(String id) {
    return erase(id, false);
  }

  /** The same, if nothing is under way in it; or else it is refused. */
  public CompletionStage<ConversationReply> eraseIdle(String id) {
    return erase(id, true);
  }

  private CompletionStage<ConversationReply> erase(String id, boolean ifIdle) {
    return withStore(
        store ->
            ask(id, replyTo -> new ConversationCommand.Forget(ifIdle, replyTo))
                .thenCompose(
                    reply ->
                        reply instanceof ConversationReply.Done || isUnknown(reply)
                            ? eraseAll(store, id).thenApply(done -> reply)
                            : CompletableFuture.completedStage(reply)));
  }

  /** It may still be in lists: then these have missed that it was erased. */
  private static boolean isUnknown(ConversationReply reply) {
    return reply instanceof ConversationReply.Refused refused
        && refused.why() == ConversationReply.Why.UNKNOWN;
  }

  private CompletionStage<?> eraseAll(Reading store, String id) {
    return store
        .history()
        .children(id)
        .thenCompose(
            children -> {
              CompletionStage<?> all = CompletableFuture.completedStage(true);
              for (String child : children) {
                all = all.thenCompose(before -> eraseChild(child));
              }
              return all;
            })
        .thenCompose(done -> store.eraser().apply(ConversationActor.persistenceId(id).id()))
        .thenApply(
            done -> {
              store.lists().tell(new ListActor.Erased<>(List.of(id)));
              return done;
            });
  }

  /** The conversation's own history goes last, so that this can be asked for again. */
  private CompletionStage<?> eraseChild(String child) {
    return workflows
        .ask(child, replyTo -> new WorkflowCommand.Cancel("its conversation is erased", replyTo))
        .thenCompose(cancelled -> workflows.erase(child));
  }

  private EntityRef<ConversationCommand> entity(String id) {
    return ClusterSharding.get(system).entityRefFor(ConversationActor.KEY, id);
  }

  private <T> CompletionStage<T> withStore(Function<Reading, CompletionStage<T>> read) {
    return reading.map(read).orElseGet(() -> CompletableFuture.failedStage(new NoStoreException()));
  }

  private Following.Followed<ConversationNews> followed(ConversationHistory history, String id) {
    EntityRef<ConversationCommand> conversation = entity(id);
    return new Following.Followed<>() {
      @Override
      public void watch(ActorRef<WorkflowUpdate> watcher) {
        conversation.tell(new ConversationCommand.Watch(watcher));
      }

      @Override
      public void unwatch(ActorRef<WorkflowUpdate> watcher) {
        conversation.tell(new ConversationCommand.Unwatch(watcher));
      }

      @Override
      public Source<ConversationNews, NotUsed> recorded(long after, long to) {
        return history.events(id, after, to).map(ConversationNews.Recorded::new);
      }

      @Override
      public long number(ConversationNews recorded) {
        return ((ConversationNews.Recorded) recorded).event().sequenceNr();
      }

      @Override
      public ConversationNews piece(WorkflowUpdate.Piece piece) {
        return new ConversationNews.Piece(piece);
      }
    };
  }

  /** What a follower hears. */
  public sealed interface ConversationNews {

    /** Something that is recorded. */
    record Recorded(ConversationHistory.Recorded event) implements ConversationNews {}

    /** A piece of text on its way; never stored. */
    record Piece(WorkflowUpdate.Piece piece) implements ConversationNews {}
  }
}
