package io.llmcluster.patterns.history;

import io.llmcluster.core.serialization.ClusterMessage;
import io.llmcluster.core.storage.JournalOffset;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.stream.Folded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.pattern.StatusReply;

/**
 * Answers lists out of the store's tagged events. It reads on from where it was when somebody asks,
 * so an answer is never older than its question, and costs nothing when nobody does.
 *
 * @param <L> the list
 */
public final class ListActor<L extends ListActor.Listing>
    extends AbstractBehavior<ListActor.Command<L>> {

  private static final int BATCH = 1000;

  /** For the list to take a batch: it does nothing else for long. */
  private static final Duration TAKEN = Duration.ofMinutes(1);

  /** A list that is made of events. Used by one actor, but for {@link #brief}. */
  public interface Listing {

    /** What is kept of an event until it is taken; called on any thread. */
    Object brief(Object event);

    /** Takes an event; one that was taken before changes nothing. */
    void add(String id, long sequenceNr, Object brief);

    void removeAll(Collection<String> ids);
  }

  /**
   * @param <L> the list
   */
  public sealed interface Command<L> {}

  /** A page of the list; fails when the store is away. */
  record GetPage<L, P>(Function<L, P> page, ActorRef<StatusReply<P>> replyTo)
      implements Command<L> {

    private void answer(L list) {
      replyTo.tell(StatusReply.success(page.apply(list)));
    }

    private void refuse(Throwable cause) {
      replyTo.tell(StatusReply.error(cause));
    }
  }

  /** These are erased from the store. */
  public record Erased<L>(List<String> ids) implements Command<L> {}

  /** The same, told to all members. */
  record ErasedSomewhere(List<String> ids) implements ClusterMessage {}

  private record Removed<L>(List<String> ids) implements Command<L> {}

  private record Found(String persistenceId, long sequenceNr, Object brief, JournalOffset offset) {}

  /** Some of what is read; the rest waits until they are taken. */
  private record Took<L>(List<Found> events, ActorRef<Done> replyTo) implements Command<L> {}

  private record AllRead<L>() implements Command<L> {}

  private record Unreadable<L>(Throwable cause) implements Command<L> {}

  private final JournalReader journal;
  private final String tag;
  private final L list;
  private final ActorRef<Topic.Command<ErasedSomewhere>> topic;
  private final int batch;
  private final List<GetPage<L, ?>> waiting = new ArrayList<>();
  private JournalOffset offset = JournalOffset.START;
  private boolean reading;

  /** What was erased since the reading began: it may have been read before. Empty otherwise. */
  private final Set<String> erasedMeanwhile = new HashSet<>();

  /**
   * @param tag of the events that the list is made of
   */
  public static <L extends Listing> Behavior<Command<L>> create(
      JournalReader journal, String tag, L list) {
    return create(journal, tag, list, BATCH);
  }

  /**
   * @param batch events of the store that are held at a time, at least 1
   */
  static <L extends Listing> Behavior<Command<L>> create(
      JournalReader journal, String tag, L list, int batch) {
    return Behaviors.setup(context -> new ListActor<>(context, journal, tag, list, batch));
  }

  /**
   * A page of a list; fails when the store is away, or with {@link
   * java.util.concurrent.TimeoutException}.
   */
  public static <L, P> CompletionStage<P> ask(
      ActorRef<Command<L>> lists, Function<L, P> page, Duration timeout, Scheduler scheduler) {
    return AskPattern.askWithStatus(
        lists, replyTo -> new GetPage<>(page, replyTo), timeout, scheduler);
  }

  private ListActor(
      ActorContext<Command<L>> context, JournalReader journal, String tag, L list, int batch) {
    super(context);
    this.batch = batch;
    this.journal = journal;
    this.tag = tag;
    this.list = list;
    this.topic = context.spawn(Topic.create(ErasedSomewhere.class, tag + "s-erased"), "erased");
    topic.tell(
        Topic.subscribe(
            context.messageAdapter(ErasedSomewhere.class, erased -> new Removed<>(erased.ids()))));
  }

  @Override
  @SuppressWarnings("unchecked") // a command for another list cannot come here
  public Receive<Command<L>> createReceive() {
    return newReceiveBuilder()
        .onMessage(GetPage.class, ask -> onGetPage((GetPage<L, ?>) ask))
        .onMessage(Took.class, took -> onTook((Took<L>) took))
        .onMessage(AllRead.class, all -> onAllRead())
        .onMessage(Unreadable.class, unreadable -> onUnreadable((Unreadable<L>) unreadable))
        .onMessage(Erased.class, erased -> onErased((Erased<L>) erased))
        .onMessage(Removed.class, removed -> onRemoved((Removed<L>) removed))
        .build();
  }

  private Behavior<Command<L>> onGetPage(GetPage<L, ?> ask) {
    waiting.add(ask);
    if (!reading) {
      read();
    }
    return this;
  }

  /** However many events there are, only a batch of them is in memory beside the list. */
  private void read() {
    reading = true;
    L briefing = list;
    ActorRef<Command<L>> self = getContext().getSelf();
    Scheduler scheduler = getContext().getSystem().scheduler();
    getContext()
        .pipeToSelf(
            journal
                .tagged(tag, offset)
                .map(
                    next ->
                        new Found(
                            next.persistenceId(),
                            next.sequenceNr(),
                            briefing.brief(next.event()),
                            next.offset()))
                .grouped(batch)
                .mapAsync(
                    1,
                    events ->
                        AskPattern.<Command<L>, Done>ask(
                            self, replyTo -> new Took<>(events, replyTo), TAKEN, scheduler))
                .runWith(
                    Folded.sink(Done.getInstance(), (done, next) -> next),
                    getContext().getSystem()),
            (done, failure) -> failure == null ? new AllRead<>() : new Unreadable<>(failure));
  }

  private Behavior<Command<L>> onTook(Took<L> took) {
    for (Found found : took.events()) {
      String stored = found.persistenceId();
      String id = stored.substring(stored.indexOf('|') + 1);
      if (!erasedMeanwhile.contains(id)) {
        list.add(id, found.sequenceNr(), found.brief());
      }
      offset = found.offset();
    }
    took.replyTo().tell(Done.getInstance());
    return this;
  }

  private Behavior<Command<L>> onAllRead() {
    reading = false;
    erasedMeanwhile.clear();
    waiting.forEach(ask -> ask.answer(list));
    waiting.clear();
    return this;
  }

  private Behavior<Command<L>> onUnreadable(Unreadable<L> unreadable) {
    reading = false;
    erasedMeanwhile.clear();
    getContext().getLog().warn("lists cannot be read: {}", unreadable.cause().getMessage());
    waiting.forEach(ask -> ask.refuse(unreadable.cause()));
    waiting.clear();
    return this;
  }

  private Behavior<Command<L>> onErased(Erased<L> erased) {
    topic.tell(Topic.publish(new ErasedSomewhere(erased.ids())));
    return remove(erased.ids());
  }

  private Behavior<Command<L>> onRemoved(Removed<L> removed) {
    return remove(removed.ids());
  }

  private Behavior<Command<L>> remove(List<String> ids) {
    if (reading) {
      erasedMeanwhile.addAll(ids);
    }
    list.removeAll(ids);
    return this;
  }
}
