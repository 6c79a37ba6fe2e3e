package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.conversation.ConversationReply.Refused;
import io.llmcluster.patterns.conversation.ConversationReply.Why;
import io.llmcluster.patterns.conversation.ConversationState.Absent;
import io.llmcluster.patterns.conversation.ConversationState.Deleted;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.workflow.PatternSettings;
import io.llmcluster.patterns.workflow.Unsettled;
import io.llmcluster.patterns.workflow.Watchers;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
 * begins the turn again once, as its next attempt; a second one fails it. A turn that a pattern
 * answers is a workflow under an id made of the conversation and the message: after a crash the
 * same one is taken up, so that nothing is paid for twice and its attempt stays 1.
 */
public final class ConversationActor
    extends EventSourcedBehaviorWithEnforcedReplies<
        ConversationCommand, ConversationEvent, ConversationState> {

  public static final EntityTypeKey<ConversationCommand> KEY =
      EntityTypeKey.create(ConversationCommand.class, "Conversation");

  /** The tag of the events by which lists are made. */
  public static final String LISTED = "conversation";

  private final String id;
  private final ConversationDesk desk;
  private final ActorContext<ConversationCommand> context;
  private final Alarms alarms;
  private final Presence presence;
  private final Consumer<String> wake;
  private final Works works;
  private final Watchers watchers = new Watchers();
  private final Unsettled unsettled = new Unsettled();

  /** False from a recovery in mid-turn until {@link Own.TakeUp}. */
  private boolean takenUp = true;

  /** Since {@link Own.Leave}. */
  private boolean leaving;

  /** A conversation under sharding. */
  public static Behavior<ConversationCommand> create(
      EntityContext<ConversationCommand> entity, ConversationDesk desk) {
    return Behaviors.setup(
        context ->
            create(
                entity,
                desk,
                id ->
                    ClusterSharding.get(context.getSystem())
                        .entityRefFor(KEY, id)
                        .tell(ConversationCommand.Wake.INSTANCE)));
  }

  /**
   * A conversation.
   *
   * @param wake brings a conversation into memory again: one that is told something while it is on
   *     its way out has work, and is not remembered any more
   */
  public static Behavior<ConversationCommand> create(
      EntityContext<ConversationCommand> entity, ConversationDesk desk, Consumer<String> wake) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new ConversationActor(
                        entity.getEntityId(), desk, context, timers, entity.getShard(), wake)));
  }

  /** How sharding has to stop it: it writes down that what is under way is not lost. */
  public static ConversationCommand stopMessage() {
    return Own.Leave.INSTANCE;
  }

  private ConversationActor(
      String id,
      ConversationDesk desk,
      ActorContext<ConversationCommand> context,
      TimerScheduler<ConversationCommand> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      Consumer<String> wake) {
    super(
        persistenceId(id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.id = id;
    this.desk = desk;
    this.context = context;
    this.alarms = new Alarms(timers, desk.common().idleKept());
    this.presence = new Presence(context.getSelf(), shard, alarms, watchers);
    this.wake = wake;
    this.works = new Works(id, desk, new Ear(context.getSelf(), watchers));
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
        .onCommand(Own.TakeUp.class, (state, takeUp) -> onTakeUp((Open) state))
        .onCommand(ConversationCommand.Asked.class, asked -> Effect().stash())
        .onCommand(Own.WorkEnded.class, ended -> Effect().stash())
        .onCommand(Own.LookAgain.class, () -> Effect().noReply()) // children are looked at again
        .onCommand(Own.Leave.class, () -> Effect().stop().thenNoReply());
    commands
        .forStateType(Absent.class)
        .onCommand(ConversationCommand.Create.class, this::onCreate)
        .onCommand(ConversationCommand.Asked.class, this::onUnknown);
    commands
        .forStateType(Open.class)
        .onCommand(ConversationCommand.Create.class, this::onCreateAgain)
        .onCommand(ConversationCommand.Post.class, this::onPost)
        .onCommand(ConversationCommand.Forget.class, this::onForget)
        .onCommand(Own.WorkEnded.class, this::onWorkEnded)
        .onCommand(Own.ChildLost.class, this::onChildLost)
        .onCommand(Own.LookAgain.class, again -> follow(List.of()))
        .onCommand(Own.Leave.class, this::onLeave);
    commands
        .forStateType(Deleted.class)
        .onCommand(ConversationCommand.Forget.class, this::onForgetAgain)
        .onCommand(ConversationCommand.Asked.class, this::onUnknown);
    commands // last: the first match wins
        .forAnyState()
        .onCommand(ConversationCommand.Watch.class, this::onWatch)
        .onCommand(ConversationCommand.Unwatch.class, this::onUnwatch)
        .onCommand(ConversationCommand.Wake.class, wake -> Effect().noReply())
        .onCommand(Own.Leave.class, () -> Effect().stop().thenNoReply())
        .onCommand(Own.PieceHeard.class, this::onPiece)
        .onCommand(Own.Idle.class, this::onIdle)
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
      presence.leave();
      return refuse(create.replyTo(), Why.of(refused), String.valueOf(refused.getMessage()));
    }
  }

  private ReplyEffect<ConversationEvent, ConversationState> onCreateAgain(
      Open open, ConversationCommand.Create create) {
    return open.definition().requestHash().equals(create.requestHash())
        ? Effect().reply(create.replyTo(), new ConversationReply.Done(0))
        : refuse(create.replyTo(), Why.CONFLICT, "the key was used for another request");
  }

  private ReplyEffect<ConversationEvent, ConversationState> onUnknown(
      ConversationState state, ConversationCommand.Asked asked) {
    presence.leave();
    return refuse(asked.replyTo(), Why.UNKNOWN, "conversation '" + id + "' not found");
  }

  private ReplyEffect<ConversationEvent, ConversationState> onPost(
      Open open, ConversationCommand.Post post) {
    Posting posting = Posting.of(open, post, request(), desk.settings(), now());
    return posting
        .refused()
        .map(refused -> refuse(post.replyTo(), refused.why(), refused.reason()))
        .orElseGet(() -> persist(posting.events(), open, post.replyTo()));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onForget(
      Open open, ConversationCommand.Forget forget) {
    if (forget.ifIdle() && open.works()) {
      return refuse(forget.replyTo(), Why.CONFLICT, "it is at work (expected: idle)");
    }
    return persist(
        List.of(new ConversationEvent.ConversationDeleted(now())), open, forget.replyTo());
  }

  private ReplyEffect<ConversationEvent, ConversationState> onForgetAgain(
      Deleted deleted, ConversationCommand.Forget forget) {
    presence.leave();
    return Effect().reply(forget.replyTo(), new ConversationReply.Done(0));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onWorkEnded(
      Open open, Own.WorkEnded ended) {
    return follow(turns().after(turns().onResult(open, ended.work(), ended.result()), open));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onChildLost(
      Open open, Own.ChildLost lost) {
    works.lost(lost.work());
    alarms.lookAgain();
    return Effect().noReply();
  }

  /** After a recovery: what still runs is taken up, the rest is begun again or given up. */
  private ReplyEffect<ConversationEvent, ConversationState> onTakeUp(Open open) {
    takenUp = true;
    List<ConversationEvent> lost = turns().onTakeUp(open, works::attach);
    return Effect()
        .persist(unsettled.handed(turns().after(lost, open)))
        .thenRun(this::carryOut)
        .thenNoReply()
        .thenUnstashAll();
  }

  /** Without the store it leaves all the same: its shard keeps what comes until it is gone. */
  private ReplyEffect<ConversationEvent, ConversationState> onLeave(Open open, Own.Leave leave) {
    leaving = true;
    return Effect().persist(unsettled.handed(turns().onLeave(open))).thenStop().thenNoReply();
  }

  private ReplyEffect<ConversationEvent, ConversationState> follow(List<ConversationEvent> events) {
    return Effect().persist(unsettled.handed(events)).thenRun(this::carryOut).thenNoReply();
  }

  /** The events with what follows from them. */
  private ReplyEffect<ConversationEvent, ConversationState> persist(
      List<ConversationEvent> events,
      ConversationState state,
      ActorRef<ConversationReply> replyTo) {
    long after = events.isEmpty() ? 0 : sequenceNr();
    return Effect()
        .persist(unsettled.handed(turns().after(events, state)))
        .thenRun(this::carryOut)
        .thenReply(replyTo, now -> new ConversationReply.Done(after));
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
              presence.follow(state);
            })
        .thenNoReply();
  }

  private ReplyEffect<ConversationEvent, ConversationState> onUnwatch(
      ConversationCommand.Unwatch unwatch) {
    watchers.remove(unwatch.watcher());
    return Effect().noReply();
  }

  private ReplyEffect<ConversationEvent, ConversationState> onPiece(Own.PieceHeard heard) {
    Work work = heard.work();
    watchers.tell(
        new WorkflowUpdate.Piece(work.step(), "", work.attempt(), heard.offset(), heard.text()));
    return Effect().noReply();
  }

  /** Makes the world fit what is recorded. */
  private void carryOut(ConversationState state) {
    unsettled.settled();
    works.follow(state);
    watchers.tell(update(state));
    presence.follow(state);
  }

  private WorkflowUpdate update(ConversationState state) {
    return new WorkflowUpdate.Advanced(sequenceNr(), !(state instanceof Open));
  }

  private ReplyEffect<ConversationEvent, ConversationState> onIdle(Own.Idle idle) {
    return Effect().none().thenRun(presence::onIdle).thenNoReply();
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
        .onSignal(PostStop.instance(), this::onStop)
        .build();
  }

  private void onStop(ConversationState state) {
    works.leave();
    if (state.works()) {
      wake.accept(id);
    }
  }

  private void onRecovered(ConversationState state) {
    unsettled.recovered(() -> context.getSelf().tell(Own.Nudge.INSTANCE));
    if (leaving) { // the store did not take that it leaves
      takenUp = false;
      context.getSelf().tell(Own.Leave.INSTANCE);
    } else if (state.works()) {
      takenUp = false;
      context.getSelf().tell(Own.TakeUp.INSTANCE);
    } else {
      presence.follow(state); // it may have been remembered for something that has passed
    }
  }

  @Override
  public Set<String> tagsFor(ConversationEvent event) {
    return ConversationLists.concerns(event) ? Set.of(LISTED) : Set.of();
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
    return new Turns(id, speaker -> request().model(speaker), desk.settings(), now());
  }

  private long sequenceNr() {
    return lastSequenceNumber(context);
  }

  private long now() {
    return desk.clock().millis();
  }
}
