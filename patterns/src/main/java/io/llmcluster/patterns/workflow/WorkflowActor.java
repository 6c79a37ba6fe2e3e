package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * One workflow: asks its program what to do, records that, and carries it out. Every step is
 * recorded before its model is called and its first result is recorded exactly once; a crash begins
 * again only what has no result.
 */
public final class WorkflowActor
    extends EventSourcedBehaviorWithEnforcedReplies<WorkflowCommand, WorkflowEvent, WorkflowState> {

  public static final EntityTypeKey<WorkflowCommand> KEY =
      EntityTypeKey.create(WorkflowCommand.class, "Workflow");

  /** The tag of the events by which lists are made. */
  public static final String LIFECYCLE = "workflow";

  private final String id;
  private final Workshop workshop;
  private final ActorContext<WorkflowCommand> context;
  private final Alarms alarms;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final Consumer<String> wake;
  private final OpenCalls calls;
  private final Watchers watchers = new Watchers();

  /** False from a recovery in mid-run until {@link Own.TakeUp}. */
  private boolean takenUp = true;

  private final Unsettled unsettled = new Unsettled();

  /** A workflow under sharding. */
  public static Behavior<WorkflowCommand> create(
      EntityContext<WorkflowCommand> entity, Workshop workshop) {
    return Behaviors.setup(
        context ->
            create(
                entity,
                workshop,
                id ->
                    ClusterSharding.get(context.getSystem())
                        .entityRefFor(KEY, id)
                        .tell(WorkflowCommand.Wake.INSTANCE)));
  }

  /**
   * A workflow.
   *
   * @param wake brings a workflow into memory again: one that is told to go on while it is on its
   *     way out has work, and is not remembered any more
   */
  public static Behavior<WorkflowCommand> create(
      EntityContext<WorkflowCommand> entity, Workshop workshop, Consumer<String> wake) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new WorkflowActor(
                        entity.getEntityId(), workshop, context, timers, entity.getShard(), wake)));
  }

  private WorkflowActor(
      String id,
      Workshop workshop,
      ActorContext<WorkflowCommand> context,
      TimerScheduler<WorkflowCommand> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      Consumer<String> wake) {
    super(
        persistenceId(id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.id = id;
    this.workshop = workshop;
    this.context = context;
    this.alarms = new Alarms(timers, workshop.settings().idleKept());
    this.shard = shard;
    this.wake = wake;
    ActorRef<WorkflowCommand> self = context.getSelf();
    this.calls =
        new OpenCalls(
            id,
            workshop.calls(),
            ended -> self.tell(ended(ended)),
            piece -> {
              if (watchers.any()) {
                self.tell(new Own.PieceHeard(piece));
              }
            });
  }

  /** How the actor hears of the end of a call. */
  static WorkflowCommand ended(OpenCalls.Ended ended) {
    return new Own.CallEnded(ended);
  }

  /** Under which a workflow's events are stored. */
  public static PersistenceId persistenceId(String id) {
    return PersistenceId.of(KEY.name(), id);
  }

  @Override
  public WorkflowState emptyState() {
    return new Absent();
  }

  @Override
  public CommandHandlerWithReply<WorkflowCommand, WorkflowEvent, WorkflowState> commandHandler() {
    var commands = newCommandHandlerWithReplyBuilder();
    commands // a command that woke it must not begin calls which still run
        .forState(state -> !takenUp)
        .onCommand(Own.TakeUp.class, (state, takeUp) -> onTakeUp((Live) state))
        .onCommand(WorkflowCommand.Asked.class, asked -> Effect().stash())
        .onCommand(Own.ParentRead.class, read -> Effect().stash())
        .onCommand(Own.CallEnded.class, ended -> Effect().stash())
        .onCommand(Own.RetryDue.class, due -> Effect().noReply()) // its timer is set again
        .onCommand(Own.TimeIsUp.class, () -> Effect().noReply());
    commands
        .forStateType(Absent.class)
        .onCommand(WorkflowCommand.Submit.class, this::onSubmit)
        .onCommand(WorkflowCommand.Fork.class, this::onFork)
        .onCommand(Own.ParentRead.class, this::onParentRead)
        .onCommand(WorkflowCommand.Asked.class, this::onUnknown);
    commands
        .forStateType(Live.class)
        .onCommand(WorkflowCommand.Asked.class, this::onAsked)
        .onCommand(Own.ParentRead.class, (live, read) -> onAsked(live, read.fork()))
        .onCommand(Own.CallEnded.class, this::onCallEnded)
        .onCommand(Own.RetryDue.class, this::onRetryDue)
        .onCommand(Own.TimeIsUp.class, this::onTimeIsUp);
    commands
        .forStateType(Ended.class)
        .onCommand(WorkflowCommand.Asked.class, this::onAskedAfterEnd)
        .onCommand(Own.ParentRead.class, (ended, read) -> onAskedAfterEnd(ended, read.fork()))
        .onCommand(Own.CallEnded.class, this::onLateResult);
    commands // last: the first match wins
        .forAnyState()
        .onCommand(WorkflowCommand.Watch.class, this::onWatch)
        .onCommand(WorkflowCommand.Unwatch.class, this::onUnwatch)
        .onCommand(WorkflowCommand.Wake.class, wake -> Effect().noReply())
        .onCommand(Own.PieceHeard.class, this::onPiece)
        .onCommand(Own.Idle.class, this::onIdle)
        .onCommand(Own.class, own -> Effect().noReply());
    return commands.build();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onSubmit(
      Absent absent, WorkflowCommand.Submit submit) {
    return begin(Beginning.of(id, submit, workshop, now()), submit.replyTo());
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onFork(
      Absent absent, WorkflowCommand.Fork fork) {
    alarms.stay();
    long until = fork.sequenceNr() == 0 ? Long.MAX_VALUE : fork.sequenceNr();
    context.pipeToSelf(
        workshop.histories().read(fork.parent(), until),
        (past, failure) -> new Own.ParentRead(fork, failure == null ? past : null));
    return Effect().noReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onParentRead(
      Absent absent, Own.ParentRead read) {
    return begin(Beginning.of(id, read, workshop, now()), read.fork().replyTo());
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> begin(
      Control.Verdict verdict, ActorRef<WorkflowReply> replyTo) {
    return verdict
        .refused()
        .map(refused -> refuseToBegin(replyTo, refused.why(), refused.reason()))
        .orElseGet(() -> record(verdict.events(), replyTo));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onUnknown(
      Absent absent, WorkflowCommand.Asked asked) {
    return refuseToBegin(asked.replyTo(), Why.UNKNOWN, "workflow '" + id + "' not found");
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onAsked(
      Live live, WorkflowCommand.Asked asked) {
    Optional<Pattern> pattern = pattern(live.definition());
    if (pattern.isEmpty()) {
      return asked instanceof WorkflowCommand.Cancel cancel
          ? record(Control.cancel(cancel, live, now()).events(), asked.replyTo())
          : refuse(asked.replyTo(), Why.CONFLICT, noProgram(live.definition()));
    }
    Control.Verdict verdict =
        Control.decide(asked, live, pattern.get(), workshop.settings(), now());
    return carryOut(verdict, live, pattern.get(), asked);
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onAskedAfterEnd(
      Ended ended, WorkflowCommand.Asked asked) {
    Optional<Pattern> pattern = pattern(ended.definition());
    if (asked instanceof WorkflowCommand.Forget) {
      leaveMemory();
      return Effect().reply(asked.replyTo(), new WorkflowReply.Done(sequenceNr()));
    }
    if (pattern.isEmpty()) {
      return Control.isSameEnd(asked, ended)
          ? record(List.of(), asked.replyTo())
          : refuse(asked.replyTo(), Why.CONFLICT, noProgram(ended.definition()));
    }
    return carryOut(
        Control.decide(asked, ended, pattern.get(), now()), ended, pattern.get(), asked);
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> carryOut(
      Control.Verdict verdict, WorkflowState state, Pattern pattern, WorkflowCommand.Asked asked) {
    return verdict
        .refused()
        .map(refused -> refuse(asked.replyTo(), refused.why(), refused.reason()))
        .orElseGet(
            () ->
                record(
                    verdict.events().isEmpty()
                        ? List.of()
                        : Advance.after(verdict.events(), state, pattern, now()),
                    asked.replyTo()));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onCallEnded(Live live, Own.CallEnded message) {
    return advance(live, CallEnds.of(message.ended(), live, workshop.settings(), now()));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onLateResult(
      Ended ended, Own.CallEnded message) {
    return record(CallEnds.late(message.ended(), ended, now()));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onRetryDue(Live live, Own.RetryDue due) {
    return advance(live, Due.retry(due, live, now()));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onTimeIsUp(Live live, Own.TimeIsUp timeIsUp) {
    List<WorkflowEvent> events = Due.seconds(live, now());
    return events.isEmpty()
        ? Effect().none().thenRun((WorkflowState state) -> follow(state)).thenNoReply()
        : advance(live, events);
  }

  /** After a recovery: calls that still run here are taken up, the others are begun again. */
  private ReplyEffect<WorkflowEvent, WorkflowState> onTakeUp(Live live) {
    takenUp = true;
    List<WorkflowEvent> all = advanced(live, Recovery.events(live, calls::attach, now()));
    return Effect()
        .persist(unsettled.handed(all))
        .thenRun(this::follow)
        .thenNoReply()
        .thenUnstashAll();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> advance(Live live, List<WorkflowEvent> events) {
    return record(events.isEmpty() ? events : advanced(live, events));
  }

  private List<WorkflowEvent> advanced(Live live, List<WorkflowEvent> events) {
    return pattern(live.definition())
        .map(pattern -> Advance.after(events, live, pattern, now()))
        .orElseGet(
            () -> List.of(new WorkflowEvent.WorkflowFailed(noProgram(live.definition()), now())));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> record(List<WorkflowEvent> events) {
    return events.isEmpty()
        ? Effect().noReply()
        : Effect().persist(unsettled.handed(events)).thenRun(this::follow).thenNoReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> record(
      List<WorkflowEvent> events, ActorRef<WorkflowReply> replyTo) {
    return events.isEmpty()
        ? Effect().reply(replyTo, new WorkflowReply.Done(sequenceNr()))
        : Effect()
            .persist(unsettled.handed(events))
            .thenRun(this::follow)
            .thenReply(replyTo, state -> new WorkflowReply.Done(sequenceNr()));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> refuse(
      ActorRef<WorkflowReply> replyTo, Why why, String reason) {
    return Effect().reply(replyTo, new WorkflowReply.Refused(why, reason));
  }

  /** Sharding remembers whatever was told something, so what does not begin has to leave. */
  private ReplyEffect<WorkflowEvent, WorkflowState> refuseToBegin(
      ActorRef<WorkflowReply> replyTo, Why why, String reason) {
    leaveMemory();
    return refuse(replyTo, why, reason);
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onWatch(WorkflowCommand.Watch watch) {
    watchers.add(watch.watcher(), System.nanoTime());
    return Effect()
        .none()
        .thenRun(
            (WorkflowState state) -> {
              watch
                  .watcher()
                  .tell(new WorkflowUpdate.Advanced(sequenceNr(), state instanceof Ended));
              alarms.idle(state);
            })
        .thenNoReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onUnwatch(WorkflowCommand.Unwatch unwatch) {
    watchers.remove(unwatch.watcher());
    return Effect().noReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onPiece(Own.PieceHeard heard) {
    OpenCalls.Piece piece = heard.piece();
    watchers.tell(
        new WorkflowUpdate.Piece(
            piece.step(), piece.lane(), piece.attempt(), piece.offset(), piece.text()));
    return Effect().noReply();
  }

  /** Makes the world fit what is recorded. */
  private void follow(WorkflowState state) {
    unsettled.settled();
    calls.follow(state);
    alarms.follow(state, now());
    watchers.tell(new WorkflowUpdate.Advanced(sequenceNr(), state instanceof Ended));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onIdle(Own.Idle idle) {
    return Effect()
        .none()
        .thenRun(
            (WorkflowState state) -> {
              if (watchers.anyNow(System.nanoTime())) {
                alarms.idle(state);
              } else if (!(state instanceof Live live && live.runs())) {
                leaveMemory();
              }
            })
        .thenNoReply();
  }

  /** It is not remembered from then on either: a workflow that waits costs nothing. */
  private void leaveMemory() {
    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
  }

  @Override
  public EventHandler<WorkflowState, WorkflowEvent> eventHandler() {
    return newEventHandlerBuilder().forAnyState().onAnyEvent(Fold::apply);
  }

  @Override
  public SignalHandler<WorkflowState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .onSignal(PreRestart.instance(), state -> calls.restart())
        .onSignal(PostStop.instance(), this::onStop)
        .build();
  }

  private void onStop(WorkflowState state) {
    calls.orphan();
    if (state instanceof Live live && live.runs()) {
      wake.accept(id);
    }
  }

  private void onRecovered(WorkflowState state) {
    unsettled.recovered(() -> context.getSelf().tell(Own.Nudge.INSTANCE));
    if (state instanceof Live live && live.runs()) {
      takenUp = false;
      context.getSelf().tell(Own.TakeUp.INSTANCE);
    } else {
      alarms.idle(state); // it may have been remembered for something that has passed
    }
  }

  @Override
  public Set<String> tagsFor(WorkflowEvent event) {
    return Lifecycle.concerns(event) ? Set.of(LIFECYCLE) : Set.of();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(
        workshop.settings().snapshotEvery(), PatternSettings.SNAPSHOTS);
  }

  private Optional<Pattern> pattern(Definition definition) {
    return workshop.patterns().find(definition.pattern(), definition.version());
  }

  private static String noProgram(Definition definition) {
    return "pattern "
        + definition.pattern()
        + " version "
        + definition.version()
        + " is not in this program any more";
  }

  private long sequenceNr() {
    return lastSequenceNumber(context);
  }

  private long now() {
    return workshop.clock().millis();
  }
}
