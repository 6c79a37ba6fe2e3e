package io.llmcluster.patterns.history;

import io.llmcluster.core.serialization.ClusterMessage;
import io.llmcluster.core.storage.JournalOffset;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.storage.TaggedEvent;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Answers lists out of the store's tagged events. It reads on from where it was when somebody asks,
 * so an answer is never older than its question, and costs nothing when nobody does.
 */
public final class ListActor extends AbstractBehavior<ListActor.Command> {

  public sealed interface Command {}

  /** A page of the list; fails when the store is away. */
  public record GetPage(
      WorkflowFilter filter, int offset, int limit, ActorRef<StatusReply<WorkflowPage>> replyTo)
      implements Command {}

  /** These are erased from the store. */
  public record Erased(List<String> workflows) implements Command {}

  /** The same, told to all members. */
  record ErasedSomewhere(List<String> workflows) implements Command, ClusterMessage {}

  private record ReadOn(JournalOffset offset, List<TaggedEvent> events) implements Command {}

  private record Unreadable(Throwable cause) implements Command {}

  private final JournalReader journal;
  private final WorkflowLists lists;
  private final ActorRef<Topic.Command<ErasedSomewhere>> topic;
  private final List<GetPage> waiting = new ArrayList<>();
  private JournalOffset offset = JournalOffset.START;
  private boolean reading;

  /**
   * @param most workflows that lists show
   */
  public static Behavior<Command> create(JournalReader journal, int most) {
    return Behaviors.setup(context -> new ListActor(context, journal, most));
  }

  private ListActor(ActorContext<Command> context, JournalReader journal, int most) {
    super(context);
    this.journal = journal;
    this.lists = new WorkflowLists(most);
    this.topic = context.spawn(Topic.create(ErasedSomewhere.class, "workflows-erased"), "erased");
    topic.tell(Topic.subscribe(context.getSelf().narrow()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(GetPage.class, this::onGetPage)
        .onMessage(ReadOn.class, this::onReadOn)
        .onMessage(Unreadable.class, this::onUnreadable)
        .onMessage(Erased.class, this::onErased)
        .onMessage(ErasedSomewhere.class, this::onErasedSomewhere)
        .build();
  }

  private Behavior<Command> onGetPage(GetPage ask) {
    waiting.add(ask);
    if (!reading) {
      read();
    }
    return this;
  }

  private void read() {
    reading = true;
    JournalOffset from = offset;
    getContext()
        .pipeToSelf(
            journal
                .tagged(WorkflowActor.LIFECYCLE, from)
                .runWith(
                    Folded.sink(
                        new ArrayList<TaggedEvent>(),
                        (events, next) -> {
                          events.add(next);
                          return events;
                        }),
                    getContext().getSystem()),
            (events, failure) -> result(from, events, failure));
  }

  private static Command result(
      JournalOffset from, @Nullable List<TaggedEvent> events, @Nullable Throwable failure) {
    if (events == null) {
      return new Unreadable(failure == null ? new IllegalStateException("no events") : failure);
    }
    return new ReadOn(events.isEmpty() ? from : events.get(events.size() - 1).offset(), events);
  }

  private Behavior<Command> onReadOn(ReadOn read) {
    reading = false;
    offset = read.offset();
    for (TaggedEvent found : read.events()) {
      String id = found.persistenceId();
      lists.add(
          id.substring(id.indexOf('|') + 1), found.sequenceNr(), (WorkflowEvent) found.event());
    }
    waiting.forEach(
        ask ->
            ask.replyTo()
                .tell(StatusReply.success(lists.page(ask.filter(), ask.offset(), ask.limit()))));
    waiting.clear();
    return this;
  }

  private Behavior<Command> onUnreadable(Unreadable unreadable) {
    reading = false;
    getContext().getLog().warn("lists cannot be read: {}", unreadable.cause().getMessage());
    waiting.forEach(ask -> ask.replyTo().tell(StatusReply.error(unreadable.cause())));
    waiting.clear();
    return this;
  }

  private Behavior<Command> onErased(Erased erased) {
    topic.tell(Topic.publish(new ErasedSomewhere(erased.workflows())));
    lists.removeAll(erased.workflows());
    return this;
  }

  private Behavior<Command> onErasedSomewhere(ErasedSomewhere erased) {
    lists.removeAll(erased.workflows());
    return this;
  }
}
