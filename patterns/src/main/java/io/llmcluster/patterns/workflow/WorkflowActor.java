package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** What it says to itself. */
  sealed interface Own extends WorkflowCommand {}

  private record CallEnded(OpenCalls.Ended ended) implements Own {}

  private record PieceHeard(OpenCalls.Piece piece) implements Own {}

  private record RetryDue(String step, int attempt) implements Own {}

  private record ParentRead(
      WorkflowCommand.Fork fork, Workshop.@org.jspecify.annotations.Nullable Past past)
      implements Own {}

  private enum TimeIsUp implements Own {
    INSTANCE
  }

  private enum TakeUp implements Own {
    INSTANCE
  }

  private enum Idle implements Own {
    INSTANCE
  }

  private enum Nudge implements Own {
    INSTANCE
  }

  private final String id;
  private final Workshop workshop;
  private final ActorContext<WorkflowCommand> context;
  private final TimerScheduler<WorkflowCommand> timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final OpenCalls calls;
  private final Watchers watchers = new Watchers();

  /** False from a recovery in mid-run until {@link TakeUp}. */
  private boolean takenUp = true;

  /** Events that were handed to the journal together and are not known to be stored. */
  private int unsettled;

  /** A workflow under sharding. */
  public static Behavior<WorkflowCommand> create(
      EntityContext<WorkflowCommand> entity, Workshop workshop) {
    return create(entity.getEntityId(), entity.getShard(), workshop);
  }

  static Behavior<WorkflowCommand> create(
      String id, ActorRef<ClusterSharding.ShardCommand> shard, Workshop workshop) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new WorkflowActor(id, workshop, context, timers, shard)));
  }

  private WorkflowActor(
      String id,
      Workshop workshop,
      ActorContext<WorkflowCommand> context,
      TimerScheduler<WorkflowCommand> timers,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    super(
        persistenceId(id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.id = id;
    this.workshop = workshop;
    this.context = context;
    this.timers = timers;
    this.shard = shard;
    ActorRef<WorkflowCommand> self = context.getSelf();
    this.calls =
        new OpenCalls(
            id,
            workshop.calls(),
            ended -> self.tell(ended(ended)),
            piece -> {
              if (watchers.any()) {
                self.tell(new PieceHeard(piece));
              }
            });
  }

  /** How the actor hears of the end of a call. */
  static WorkflowCommand ended(OpenCalls.Ended ended) {
    return new CallEnded(ended);
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
        .onCommand(TakeUp.class, (state, takeUp) -> onTakeUp((Live) state))
        .onCommand(WorkflowCommand.Asked.class, asked -> Effect().stash())
        .onCommand(CallEnded.class, ended -> Effect().stash())
        .onCommand(RetryDue.class, due -> Effect().noReply()) // its timer is set again
        .onCommand(TimeIsUp.class, () -> Effect().noReply());
    commands
        .forStateType(Absent.class)
        .onCommand(WorkflowCommand.Submit.class, this::onSubmit)
        .onCommand(WorkflowCommand.Fork.class, this::onFork)
        .onCommand(ParentRead.class, this::onParentRead)
        .onCommand(WorkflowCommand.Asked.class, this::onUnknown);
    commands
        .forStateType(Live.class)
        .onCommand(WorkflowCommand.Asked.class, this::onAsked)
        .onCommand(CallEnded.class, this::onCallEnded)
        .onCommand(RetryDue.class, this::onRetryDue)
        .onCommand(TimeIsUp.class, this::onTimeIsUp);
    commands
        .forStateType(Ended.class)
        .onCommand(WorkflowCommand.Asked.class, this::onAskedAfterEnd)
        .onCommand(CallEnded.class, this::onLateResult);
    commands // last: the first match wins
        .forAnyState()
        .onCommand(WorkflowCommand.Watch.class, this::onWatch)
        .onCommand(WorkflowCommand.Unwatch.class, this::onUnwatch)
        .onCommand(PieceHeard.class, this::onPiece)
        .onCommand(Idle.class, this::onIdle)
        .onCommand(Own.class, own -> Effect().noReply());
    return commands.build();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onSubmit(
      Absent absent, WorkflowCommand.Submit submit) {
    Optional<Pattern> pattern = workshop.patterns().newest(submit.pattern());
    if (pattern.isEmpty()) {
      return refuseToBegin(
          submit.replyTo(),
          Why.UNKNOWN,
          "pattern '"
              + submit.pattern()
              + "' not found (expected: one of "
              + String.join(", ", workshop.patterns().names())
              + ")");
    }
    try {
      Definitions.Begun begun = Definitions.of(id, submit, pattern.get(), workshop, now());
      return begin(absent, begun.event(), pattern.get(), submit.replyTo());
    } catch (RefusedRequest refused) {
      return refuseToBegin(submit.replyTo(), Why.INVALID, String.valueOf(refused.getMessage()));
    }
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onFork(
      Absent absent, WorkflowCommand.Fork fork) {
    long until = fork.sequenceNr() == 0 ? Long.MAX_VALUE : fork.sequenceNr();
    context.pipeToSelf(
        workshop.histories().read(fork.parent(), until),
        (past, failure) -> new ParentRead(fork, failure == null ? past : null));
    return Effect().noReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onParentRead(Absent absent, ParentRead read) {
    ActorRef<WorkflowReply> replyTo = read.fork().replyTo();
    if (read.past() == null) {
      return refuseToBegin(replyTo, Why.CONFLICT, "the store cannot be read now");
    }
    if (read.past().sequenceNr() == 0) {
      return refuseToBegin(
          replyTo, Why.UNKNOWN, "workflow '" + read.fork().parent() + "' not found");
    }
    try {
      Definitions.Begun begun = Definitions.of(read.fork(), read.past(), workshop, now());
      return begin(absent, begun.event(), begun.pattern(), replyTo);
    } catch (RefusedRequest refused) {
      return refuseToBegin(replyTo, Why.INVALID, String.valueOf(refused.getMessage()));
    }
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> begin(
      Absent absent, WorkflowEvent event, Pattern pattern, ActorRef<WorkflowReply> replyTo) {
    return record(Advance.after(List.of(event), absent, pattern, now()), replyTo);
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onUnknown(
      Absent absent, WorkflowCommand.Asked asked) {
    return refuseToBegin(asked.replyTo(), Why.UNKNOWN, "workflow '" + id + "' not found");
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onAsked(
      Live live, WorkflowCommand.Asked asked) {
    Optional<Pattern> pattern = pattern(live.definition());
    if (pattern.isEmpty()) {
      return refuse(asked.replyTo(), Why.CONFLICT, noProgram(live.definition()));
    }
    return carryOut(Control.decide(asked, live, pattern.get(), now()), live, pattern.get(), asked);
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onAskedAfterEnd(
      Ended ended, WorkflowCommand.Asked asked) {
    Optional<Pattern> pattern = pattern(ended.definition());
    if (asked instanceof WorkflowCommand.Forget) {
      leaveMemory();
      return Effect().reply(asked.replyTo(), new WorkflowReply.Done(sequenceNr()));
    }
    if (pattern.isEmpty()) {
      return refuse(asked.replyTo(), Why.CONFLICT, noProgram(ended.definition()));
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

  private ReplyEffect<WorkflowEvent, WorkflowState> onCallEnded(Live live, CallEnded message) {
    OpenCalls.Ended ended = message.ended();
    Optional<StepRecord> step = live.run().step(ended.step());
    if (step.isEmpty() || step.get().isOver()) {
      return onLateResult(live, message);
    }
    if (ended.result() instanceof CallResult.Answered answered) {
      return advance(live, completed(ended, answered));
    }
    CallResult.Failed failed = (CallResult.Failed) ended.result();
    if (ended.attempt() != step.get().attempt() || !step.get().is(Status.RUNNING)) {
      return Effect().noReply();
    }
    boolean last = !failed.retryable() || ended.attempt() > step.get().spec().retries();
    long retryAt = last ? 0 : now() + workshop.settings().retryAfter(ended.attempt()).toMillis();
    return advance(
        live,
        new WorkflowEvent.StepFailed(
            ended.step(), ended.attempt(), failed.reason(), last, retryAt, now()));
  }

  private WorkflowEvent completed(OpenCalls.Ended ended, CallResult.Answered answered) {
    return new WorkflowEvent.StepCompleted(
        ended.step(),
        ended.attempt(),
        answered.text(),
        answered.promptTokens(),
        answered.completionTokens(),
        answered.millis(),
        answered.doneReason(),
        answered.node(),
        now());
  }

  /** The first result stands; this one is dropped, but it was paid for. */
  private ReplyEffect<WorkflowEvent, WorkflowState> onLateResult(
      WorkflowState state, CallEnded message) {
    OpenCalls.Ended ended = message.ended();
    boolean isRecorded =
        Fold.run(state)
            .step(ended.step())
            .filter(step -> step.is(Status.COMPLETED) && step.attempt() == ended.attempt())
            .isPresent();
    if (!isRecorded && ended.result() instanceof CallResult.Answered late) {
      return record(
          List.of(
              new WorkflowEvent.LateResultDropped(
                  ended.step(),
                  ended.attempt(),
                  late.promptTokens(),
                  late.completionTokens(),
                  now())));
    }
    return Effect().noReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onRetryDue(Live live, RetryDue due) {
    Optional<StepRecord> retrying =
        live.run()
            .step(due.step())
            .filter(step -> step.is(Status.RETRYING) && step.attempt() == due.attempt());
    if (retrying.isEmpty() || live.paused()) {
      return Effect().noReply();
    }
    Optional<String> over = Advance.over(live);
    if (over.isPresent()) {
      String reason = retrying.get().reason();
      return advance(
          live,
          new WorkflowEvent.BudgetExhausted(over.get(), now()),
          new WorkflowEvent.StepFailed(due.step(), due.attempt(), reason, true, 0, now()));
    }
    return advance(
        live, new WorkflowEvent.StepRepeated(due.step(), due.attempt() + 1, false, 0, now()));
  }

  /** After a recovery: calls that still run here are taken up, the others are begun again. */
  private ReplyEffect<WorkflowEvent, WorkflowState> onTakeUp(Live live) {
    takenUp = true;
    List<WorkflowEvent> events = new ArrayList<>();
    for (StepRecord step : live.openCalls()) {
      if (!calls.attach(step)) {
        events.add(
            new WorkflowEvent.StepRepeated(
                step.id(), step.attempt() + 1, true, TokenGuess.prompt(step, live.run()), now()));
      }
    }
    if (!live.openCalls().isEmpty()) {
      int reused = live.run().steps(step -> step.is(Status.COMPLETED)).size();
      events.add(0, new WorkflowEvent.Recovered(reused, now()));
    }
    List<WorkflowEvent> all = advanced(live, events);
    unsettled = all.size();
    return Effect().persist(all).thenRun(this::follow).thenNoReply().thenUnstashAll();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onTimeIsUp(Live live, TimeIsUp timeIsUp) {
    if (!live.runs()) {
      return Effect().noReply();
    }
    List<WorkflowEvent> events = new ArrayList<>();
    events.add(new WorkflowEvent.BudgetExhausted("seconds", now()));
    live.run()
        .steps(step -> !step.isOver() && !step.spec().external())
        .forEach(
            step ->
                events.add(new WorkflowEvent.StepSkipped(step.id(), "the time is used up", now())));
    return record(advanced(live, events));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> advance(Live live, WorkflowEvent... events) {
    return record(advanced(live, List.of(events)));
  }

  private List<WorkflowEvent> advanced(Live live, List<WorkflowEvent> events) {
    return pattern(live.definition())
        .map(pattern -> Advance.after(events, live, pattern, now()))
        .orElseGet(
            () -> List.of(new WorkflowEvent.WorkflowFailed(noProgram(live.definition()), now())));
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> record(List<WorkflowEvent> events) {
    unsettled = events.size();
    return events.isEmpty()
        ? Effect().none().thenRun((WorkflowState state) -> follow(state)).thenNoReply()
        : Effect().persist(events).thenRun(this::follow).thenNoReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> record(
      List<WorkflowEvent> events, ActorRef<WorkflowReply> replyTo) {
    unsettled = events.size();
    return events.isEmpty()
        ? Effect().reply(replyTo, new WorkflowReply.Done(sequenceNr()))
        : Effect()
            .persist(events)
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
              stayOrLeave(state);
            })
        .thenNoReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onUnwatch(WorkflowCommand.Unwatch unwatch) {
    watchers.remove(unwatch.watcher());
    return Effect().noReply();
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onPiece(PieceHeard heard) {
    OpenCalls.Piece piece = heard.piece();
    watchers.tell(
        new WorkflowUpdate.Piece(piece.step(), piece.attempt(), piece.offset(), piece.text()));
    return Effect().noReply();
  }

  /** Makes the world fit what is recorded. */
  private void follow(WorkflowState state) {
    unsettled = 0;
    calls.follow(state);
    if (state instanceof Live live) {
      armTimers(live);
    } else {
      timers.cancel(TimeIsUp.INSTANCE);
    }
    watchers.tell(new WorkflowUpdate.Advanced(sequenceNr(), state instanceof Ended));
    stayOrLeave(state);
  }

  private void armTimers(Live live) {
    for (StepRecord step : live.retrying()) {
      RetryDue due = new RetryDue(step.id(), step.attempt());
      if (!live.paused() && !timers.isTimerActive(due)) {
        timers.startSingleTimer(due, due, Duration.ofMillis(Math.max(0, step.dueMillis() - now())));
      }
    }
    if (live.runs()) {
      if (!timers.isTimerActive(TimeIsUp.INSTANCE)) {
        long left = live.definition().budget().seconds() * 1000 - live.clock().usedMillis(now());
        timers.startSingleTimer(
            TimeIsUp.INSTANCE, TimeIsUp.INSTANCE, Duration.ofMillis(Math.max(0, left)));
      }
    } else {
      timers.cancel(TimeIsUp.INSTANCE);
    }
  }

  private void stayOrLeave(WorkflowState state) {
    if (state instanceof Live live && live.runs()) {
      timers.cancel(Idle.INSTANCE);
    } else if (!timers.isTimerActive(Idle.INSTANCE)) {
      timers.startSingleTimer(Idle.INSTANCE, Idle.INSTANCE, workshop.settings().idleKept());
    }
  }

  private ReplyEffect<WorkflowEvent, WorkflowState> onIdle(Idle idle) {
    return Effect()
        .none()
        .thenRun(
            (WorkflowState state) -> {
              if (watchers.anyNow(System.nanoTime())) {
                stayOrLeave(state);
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
        .onSignal(PostStop.instance(), state -> calls.orphan())
        .build();
  }

  private void onRecovered(WorkflowState state) {
    // The journal refuses each event of a write. The first refusal restarts this actor; the others
    // wait in Pekko's stash (1.2.1), in front of all that comes later, and only a command that is
    // handled takes one thing out of there.
    for (; unsettled > 0; unsettled--) {
      context.getSelf().tell(Nudge.INSTANCE);
    }
    if (state instanceof Live live && live.runs()) {
      takenUp = false;
      context.getSelf().tell(TakeUp.INSTANCE);
    } else if (!(state instanceof Absent)) {
      stayOrLeave(state);
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
