package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.conversation.ConversationReply.Refused;
import io.llmcluster.patterns.conversation.ConversationReply.Why;
import io.llmcluster.patterns.conversation.ConversationState.Absent;
import io.llmcluster.patterns.conversation.ConversationState.Deleted;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.Watchers;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * One conversation: takes messages, lets one turn run at a time, and remembers what fits. A turn is
 * recorded before its model is called and its first result is recorded once. A crash in the middle
 * begins the turn again once, as attempt 2; a second one fails it. A turn that a pattern answers is
 * a workflow under an id made of the conversation and the message: after a crash the same one is
 * taken up, so that nothing is paid for twice and its attempt stays 1.
 */
public final class ConversationActor
    extends EventSourcedBehaviorWithEnforcedReplies<
        ConversationCommand, ConversationEvent, ConversationState> {

  public static final EntityTypeKey<ConversationCommand> KEY =
      EntityTypeKey.create(ConversationCommand.class, "Conversation");

  /** Before a child that could not be followed is looked at again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** What it says to itself. */
  sealed interface Own extends ConversationCommand {}

  private record WorkEnded(Work work, CallResult result) implements Own {}

  private record PieceHeard(Work work, int offset, String text) implements Own {}

  private record ChildLost(Work work) implements Own {}

  private record TimeIsUp(Work work) implements Own {}

  private enum LookAgain implements Own {
    INSTANCE
  }

  private enum TakeUp implements Own {
    INSTANCE
  }

  private enum Idle implements Own {
    INSTANCE
  }

  private final String id;
  private final ConversationDesk desk;
  private final ActorContext<ConversationCommand> context;
  private final TimerScheduler<ConversationCommand> timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final Works works;
  private final Watchers watchers = new Watchers();

  /** False from a recovery in mid-turn until {@link TakeUp}. */
  private boolean takenUp = true;

  /** A conversation under sharding. */
  public static Behavior<ConversationCommand> create(
      EntityContext<ConversationCommand> entity, ConversationDesk desk) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new ConversationActor(
                        entity.getEntityId(), desk, context, timers, entity.getShard())));
  }

  private ConversationActor(
      String id,
      ConversationDesk desk,
      ActorContext<ConversationCommand> context,
      TimerScheduler<ConversationCommand> timers,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    super(
        persistenceId(id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.id = id;
    this.desk = desk;
    this.context = context;
    this.timers = timers;
    this.shard = shard;
    this.works = new Works(id, desk, new Ear(context.getSelf(), watchers));
  }

  /** Turns what is heard on other threads into messages. */
  private record Ear(ActorRef<ConversationCommand> self, Watchers watchers)
      implements Works.Listener {
    @Override
    public void piece(Work work, int offset, String text) {
      if (work instanceof Work.Answering && watchers.any()) {
        self.tell(new PieceHeard(work, offset, text));
      }
    }

    @Override
    public void ended(Work work, CallResult result) {
      self.tell(new WorkEnded(work, result));
    }

    @Override
    public void lost(Work work) {
      self.tell(new ChildLost(work));
    }
  }

  /** Under which a conversation's events are stored. */
  public static PersistenceId persistenceId(String id) {
    return PersistenceId.of(KEY.name(), id);
  }

  @Override
  public ConversationState emptyState() {
    return new Absent();
  }

  @Override
  public CommandHandlerWithReply<ConversationCommand, ConversationEvent, ConversationState>
      commandHandler() {
    var commands = newCommandHandlerWithReplyBuilder();
    commands // a command that woke it must not begin calls which still run
        .forState(state -> !takenUp)
        .onCommand(TakeUp.class, (state, takeUp) -> onTakeUp((Open) state))
        .onCommand(ConversationCommand.Asked.class, asked -> Effect().stash())
        .onCommand(WorkEnded.class, ended -> Effect().stash())
        .onCommand(LookAgain.class, () -> Effect().noReply()) // children are looked at again
        .onCommand(TimeIsUp.class, () -> Effect().noReply()); // its timer is set again
    commands
        .forStateType(Absent.class)
        .onCommand(ConversationCommand.Create.class, this::onCreate)
        .onCommand(ConversationCommand.Asked.class, this::onUnknown);
    commands
        .forStateType(Open.class)
        .onCommand(ConversationCommand.Create.class, this::onCreateAgain)
        .onCommand(ConversationCommand.Post.class, this::onPost)
        .onCommand(ConversationCommand.Forget.class, this::onForget)
        .onCommand(WorkEnded.class, this::onWorkEnded)
        .onCommand(ChildLost.class, this::onChildLost)
        .onCommand(LookAgain.class, again -> follow(List.of()))
        .onCommand(TimeIsUp.class, this::onTimeIsUp);
    commands
        .forStateType(Deleted.class)
        .onCommand(ConversationCommand.Forget.class, this::onForgetAgain)
        .onCommand(ConversationCommand.Asked.class, this::onUnknown);
    commands // last: the first match wins
        .forAnyState()
        .onCommand(ConversationCommand.Watch.class, this::onWatch)
        .onCommand(ConversationCommand.Unwatch.class, this::onUnwatch)
        .onCommand(PieceHeard.class, this::onPiece)
        .onCommand(Idle.class, this::onIdle)
        .onCommand(Own.class, own -> Effect().noReply());
    return commands.build();
  }

  private ReplyEffect<ConversationEvent, ConversationState> onCreate(
      Absent absent, ConversationCommand.Create create) {
    try {
      ConversationDefinition definition = request().conversation(create, desk.settings(), now());
      return persist(
          List.of(new ConversationEvent.ConversationCreated(definition, now())),
          absent,
          create.replyTo());
    } catch (RefusedRequest refused) {
      leaveMemory();
      return refuse(create.replyTo(), why(refused), String.valueOf(refused.getMessage()));
    }
  }

  private static Why why(RefusedRequest refused) {
    return refused.isForNow() ? Why.UNAVAILABLE : Why.INVALID;
  }

  private ReplyEffect<ConversationEvent, ConversationState> onCreateAgain(
      Open open, ConversationCommand.Create create) {
    return open.definition().requestHash().equals(create.requestHash())
        ? Effect().reply(create.replyTo(), new ConversationReply.Done(sequenceNr()))
        : refuse(create.replyTo(), Why.CONFLICT, "the key was used for another request");
  }

  /** Sharding remembers whatever was told something, so what is not there has to leave. */
  private ReplyEffect<ConversationEvent, ConversationState> onUnknown(
      ConversationState state, ConversationCommand.Asked asked) {
    leaveMemory();
    return refuse(asked.replyTo(), Why.UNKNOWN, "conversation '" + id + "' not found");
  }

  private ReplyEffect<ConversationEvent, ConversationState> onPost(
      Open open, ConversationCommand.Post post) {
    Posting posting;
    try {
      posting =
          Posting.known(open, post.messageId(), post.hash())
              .orElseGet(
                  () ->
                      Posting.of(
                          open,
                          request().message(post, open.definition()),
                          desk.settings(),
                          now()));
    } catch (RefusedRequest refused) {
      return refuse(post.replyTo(), why(refused), String.valueOf(refused.getMessage()));
    }
    Optional<Refused> refused = posting.refused();
    if (refused.isPresent()) {
      return refuse(post.replyTo(), refused.get().why(), refused.get().reason());
    }
    return persist(posting.events(), open, post.replyTo());
  }

  private ReplyEffect<ConversationEvent, ConversationState> onForget(
      Open open, ConversationCommand.Forget forget) {
    return persist(
        List.of(new ConversationEvent.ConversationDeleted(now())), open, forget.replyTo());
  }

  private ReplyEffect<ConversationEvent, ConversationState> onForgetAgain(
      Deleted deleted, ConversationCommand.Forget forget) {
    leaveMemory();
    return Effect().reply(forget.replyTo(), new ConversationReply.Done(sequenceNr()));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onWorkEnded(
      Open open, WorkEnded ended) {
    return follow(turns().after(turns().onResult(open, ended.work(), ended.result()), open));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onChildLost(Open open, ChildLost lost) {
    works.lost(lost.work());
    timers.startSingleTimer(LookAgain.INSTANCE, LookAgain.INSTANCE, LOOK_AGAIN);
    return Effect().noReply();
  }

  private ReplyEffect<ConversationEvent, ConversationState> onTimeIsUp(
      Open open, TimeIsUp timeIsUp) {
    long seconds = desk.settings().turnTimeout().toSeconds();
    return follow(turns().after(turns().onTimeIsUp(open, timeIsUp.work(), seconds), open));
  }

  /** After a recovery: what still runs is taken up, the rest is begun again or given up. */
  private ReplyEffect<ConversationEvent, ConversationState> onTakeUp(Open open) {
    takenUp = true;
    List<ConversationEvent> lost = new ArrayList<>();
    for (Work work : open.work()) {
      if (!works.attach(work)) {
        lost.addAll(turns().onLoss(open, work));
      }
    }
    return Effect()
        .persist(turns().after(lost, open))
        .thenRun(this::carryOut)
        .thenNoReply()
        .thenUnstashAll();
  }

  private ReplyEffect<ConversationEvent, ConversationState> follow(List<ConversationEvent> events) {
    return Effect().persist(events).thenRun(this::carryOut).thenNoReply();
  }

  /** The events with what follows from them. */
  private ReplyEffect<ConversationEvent, ConversationState> persist(
      List<ConversationEvent> events,
      ConversationState state,
      ActorRef<ConversationReply> replyTo) {
    return Effect()
        .persist(turns().after(events, state))
        .thenRun(this::carryOut)
        .thenReply(replyTo, now -> new ConversationReply.Done(sequenceNr()));
  }

  private ReplyEffect<ConversationEvent, ConversationState> refuse(
      ActorRef<ConversationReply> replyTo, Why why, String reason) {
    return Effect().reply(replyTo, new Refused(why, reason));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onWatch(
      ConversationCommand.Watch watch) {
    watchers.add(watch.watcher(), System.nanoTime());
    return Effect()
        .none()
        .thenRun(
            (ConversationState state) -> {
              watch.watcher().tell(update(state));
              stayOrLeave(state);
            })
        .thenNoReply();
  }

  private ReplyEffect<ConversationEvent, ConversationState> onUnwatch(
      ConversationCommand.Unwatch unwatch) {
    watchers.remove(unwatch.watcher());
    return Effect().noReply();
  }

  private ReplyEffect<ConversationEvent, ConversationState> onPiece(PieceHeard heard) {
    Work work = heard.work();
    watchers.tell(
        new WorkflowUpdate.Piece(work.step(), work.attempt(), heard.offset(), heard.text()));
    return Effect().noReply();
  }

  /** Makes the world fit what is recorded. */
  private void carryOut(ConversationState state) {
    works.follow(state);
    if (state instanceof Open open) {
      armTimers(open);
    }
    watchers.tell(update(state));
    stayOrLeave(state);
  }

  /** One for the turn and one for the summary; a new one takes the place of the one before. */
  private void armTimers(Open open) {
    for (Work work : open.work()) {
      if (!(work instanceof Work.Child)) {
        long left = work.since(open) + desk.settings().turnTimeout().toMillis() - now();
        timers.startSingleTimer(
            work.getClass(), new TimeIsUp(work), Duration.ofMillis(Math.max(0, left)));
      }
    }
  }

  private WorkflowUpdate update(ConversationState state) {
    return new WorkflowUpdate.Advanced(sequenceNr(), !(state instanceof Open));
  }

  private static boolean works(ConversationState state) {
    return state instanceof Open open && !open.work().isEmpty();
  }

  private void stayOrLeave(ConversationState state) {
    if (works(state)) {
      timers.cancel(Idle.INSTANCE);
    } else if (state instanceof Deleted) {
      leaveMemory();
    } else if (!timers.isTimerActive(Idle.INSTANCE)) {
      timers.startSingleTimer(Idle.INSTANCE, Idle.INSTANCE, desk.common().idleKept());
    }
  }

  private ReplyEffect<ConversationEvent, ConversationState> onIdle(Idle idle) {
    return Effect()
        .none()
        .thenRun(
            (ConversationState state) -> {
              if (watchers.anyNow(System.nanoTime())) {
                stayOrLeave(state);
              } else if (!works(state)) {
                leaveMemory();
              }
            })
        .thenNoReply();
  }

  /** It is not remembered from then on either: a conversation that waits costs nothing. */
  private void leaveMemory() {
    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
  }

  @Override
  public EventHandler<ConversationState, ConversationEvent> eventHandler() {
    return newEventHandlerBuilder().forAnyState().onAnyEvent(ConversationFold::apply);
  }

  @Override
  public SignalHandler<ConversationState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .onSignal(PreRestart.instance(), state -> works.restart())
        .onSignal(PostStop.instance(), state -> works.leave())
        .build();
  }

  private void onRecovered(ConversationState state) {
    if (works(state)) {
      takenUp = false;
      context.getSelf().tell(TakeUp.INSTANCE);
    } else {
      stayOrLeave(state); // it may have been remembered for something that has passed
    }
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(
        desk.common().snapshotEvery(), PatternSettings.SNAPSHOTS);
  }

  private ConversationRequest request() {
    return new ConversationRequest(desk.cast().get(), desk.patterns());
  }

  private Turns turns() {
    return new Turns(id, definition -> request().speaker(definition), now());
  }

  private long sequenceNr() {
    return lastSequenceNumber(context);
  }

  private long now() {
    return desk.clock().millis();
  }
}
