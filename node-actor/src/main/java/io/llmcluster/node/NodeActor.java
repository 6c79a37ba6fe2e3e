package io.llmcluster.node;

import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendStatus;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One node: stands before one backend, grants its slots, looks after its health and tells the
 * directory of both. The calls themselves run in {@link NodeCalls}; here they only take and return
 * slots.
 */
public final class NodeActor extends AbstractBehavior<NodeActor.Command> {

  public sealed interface Command {}

  /**
   * A call asks for a slot.
   *
   * @param caller to {@link Leave} by
   * @param slot one that was granted before; 0: none
   * @param refuseWhenBusy whether to answer {@link Acquired.Full} instead of letting it wait
   * @param reply called once, on this actor's thread; must not block. A callback and not an actor,
   *     because a call is none, and an ask could time out and lose the slot
   */
  record Acquire(Object caller, long slot, boolean refuseWhenBusy, Consumer<Acquired> reply)
      implements Command {}

  /** A call stopped waiting. */
  record Leave(Object caller) implements Command {}

  /** A call asks the backend for a stream. */
  record StreamStarted(long slot) implements Command {}

  /** The first byte of a stream is there. */
  record StreamBegun(long slot) implements Command {}

  /** A call has ended. */
  record Release(long slot, CallOutcome outcome) implements Command {}

  /** Asks for the backend, for a control call that needs no slot. */
  record GetBackend(ActorRef<Acquired> replyTo) implements Command {}

  /** Something changed on the backend: look at it now. */
  enum LookNow implements Command {
    INSTANCE
  }

  /** Take no more, finish what there is, then stop. */
  enum Drain implements Command {
    INSTANCE
  }

  private record FromGateway(SlotCommand command) implements Command {}

  private record Looked(Backends.Found found) implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private enum Expire implements Command {
    INSTANCE
  }

  /** The answer to {@link Acquire} and {@link GetBackend}. */
  sealed interface Acquired {
    record Granted(long slot, Backend backend) implements Acquired {}

    record Full() implements Acquired {}

    record Unavailable(String reason) implements Acquired {}
  }

  private final TimerScheduler<Command> timers;
  private final NodeSpec spec;
  private final NodeSettings settings;
  private final ActorRef<DirectoryActor.Command> directory;
  private final BiConsumer<ActorRef<Command>, NodeEntry> changed;
  private final BackendWatch watch;
  private final NodeSlots slots;
  private final Averages averages = new Averages();
  private final NodeReport report;
  private boolean draining;

  /**
   * @param spec what its operator said of it
   * @param backends finds the backend
   * @param identity of the member that stands for it
   * @param directory hears of the load
   * @param changed hears of everything else; called on this actor's thread
   */
  public static Behavior<Command> create(
      NodeSpec spec,
      Backends backends,
      NodeSettings settings,
      NodeIdentity identity,
      ActorRef<DirectoryActor.Command> directory,
      BiConsumer<ActorRef<Command>, NodeEntry> changed) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new NodeActor(
                        context, timers, spec, backends, settings, identity, directory, changed)));
  }

  private NodeActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeSpec spec,
      Backends backends,
      NodeSettings settings,
      NodeIdentity identity,
      ActorRef<DirectoryActor.Command> directory,
      BiConsumer<ActorRef<Command>, NodeEntry> changed) {
    super(context);
    this.timers = timers;
    this.spec = spec;
    this.settings = settings;
    this.directory = directory;
    this.changed = changed;
    this.watch = new BackendWatch(spec, backends);
    long incarnation = System.currentTimeMillis();
    this.slots = new NodeSlots(spec, settings, incarnation << 16);
    this.report =
        new NodeReport(
            spec,
            identity,
            incarnation,
            context.messageAdapter(SlotCommand.class, FromGateway::new));
    timers.startTimerWithFixedDelay(Expire.INSTANCE, settings.slotKept());
    context.getSelf().tell(Look.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Acquire.class, this::onAcquire)
        .onMessage(StreamStarted.class, this::onStreamStarted)
        .onMessage(StreamBegun.class, this::onStreamBegun)
        .onMessage(Release.class, this::onRelease)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(FromGateway.class, from -> onSlotCommand(from.command()))
        .onMessage(GetBackend.class, this::onGetBackend)
        .onMessageEquals(Look.INSTANCE, this::onLook)
        .onMessageEquals(LookNow.INSTANCE, this::onLookNow)
        .onMessage(Looked.class, this::onLooked)
        .onMessageEquals(Expire.INSTANCE, this::onExpire)
        .onMessageEquals(Drain.INSTANCE, this::onDrain)
        .onSignal(Terminated.class, this::onGatewayGone)
        .onSignal(PreRestart.class, restart -> onFailed())
        .onSignal(PostStop.class, stop -> onStopped())
        .build();
  }

  private Behavior<Command> onAcquire(Acquire acquire) {
    Backend backend = watch.backend();
    if (backend == null || !isOpen()) {
      slots.refuse(acquire, unavailable());
    } else {
      slots.acquire(acquire, backend);
    }
    return loadChanged();
  }

  private boolean isOpen() {
    return !draining && watch.takesRequests();
  }

  private Acquired.Unavailable unavailable() {
    BackendStatus status = watch.status();
    return new Acquired.Unavailable(
        "node "
            + spec.name()
            + (draining ? " is draining" : " is " + status.health().id() + ": " + status.reason()));
  }

  private Behavior<Command> onStreamStarted(StreamStarted started) {
    slots.streamStarted(started.slot());
    return this;
  }

  private Behavior<Command> onStreamBegun(StreamBegun begun) {
    slots.streamBegun(begun.slot());
    return this;
  }

  private Behavior<Command> onRelease(Release release) {
    slots.release(release.slot());
    averages.record(release.outcome());
    if (release.outcome().verdict() == CallOutcome.Verdict.NODE_FAILED) {
      onLook();
    }
    return grantSlots();
  }

  private Behavior<Command> onLeave(Leave leave) {
    slots.leave(leave.caller());
    return loadChanged();
  }

  private Behavior<Command> onSlotCommand(SlotCommand command) {
    if (command instanceof SlotCommand.Claim claim) {
      if (draining) {
        slots.refuse(claim);
      } else if (slots.claim(claim)) {
        getContext().watch(claim.replyTo());
      }
    } else if (command instanceof SlotCommand.Withdraw withdraw) {
      slots.withdraw(withdraw);
    } else if (command instanceof SlotCommand.GiveBack giveBack) {
      slots.giveBack(giveBack.slot());
    }
    return grantSlots();
  }

  private Behavior<Command> onGatewayGone(Terminated gone) {
    slots.gatewayGone(gone.getRef());
    return grantSlots();
  }

  private Behavior<Command> grantSlots() {
    Backend backend = watch.backend();
    if (backend != null && isOpen()) {
      slots.grant(backend);
    }
    return loadChanged();
  }

  private Behavior<Command> onExpire() {
    slots.expire();
    return grantSlots();
  }

  private Behavior<Command> onGetBackend(GetBackend ask) {
    Backend backend = watch.backend();
    ask.replyTo()
        .tell(backend == null ? unavailable() : new Acquired.Granted(Admission.NONE, backend));
    return this;
  }

  private Behavior<Command> onLook() {
    watch.look().ifPresent(this::await);
    return this;
  }

  private Behavior<Command> onLookNow() {
    watch.lookAfterChange().ifPresent(this::await);
    return this;
  }

  private void await(CompletionStage<Backends.Found> look) {
    getContext()
        .pipeToSelf(
            look,
            (found, failure) ->
                new Looked(
                    failure == null
                        ? found
                        : new Backends.Found(
                            null,
                            BackendStatus.trouble(
                                NodeHealth.BROKEN, String.valueOf(failure.getMessage())))));
  }

  private Behavior<Command> onLooked(Looked looked) {
    NodeHealth before = watch.status().health();
    watch.looked(looked.found());
    if (watch.lookAgain()) {
      onLook();
    } else {
      timers.startSingleTimer(Look.INSTANCE, settings.lookInterval(watch.isInDoubt()));
    }
    BackendStatus status = watch.status();
    if (status.health().takesRequests()) {
      averages.sawHealthy();
    }
    if (status.health() != before) {
      log(status);
    }
    slots.backendSays(status.parallel());
    if (!draining) {
      tell();
    }
    return grantSlots();
  }

  private void log(BackendStatus status) {
    getContext()
        .getLog()
        .info(
            "node {} ({}:{}) is {}{}",
            spec.name(),
            spec.host(),
            spec.port(),
            status.health().id(),
            status.reason().isEmpty() ? "" : ": " + status.reason());
  }

  private Behavior<Command> onDrain() {
    if (!draining) {
      draining = true;
      slots.dismiss(unavailable());
      tell();
    }
    return loadChanged();
  }

  /**
   * This life ends by a bug; until the next one begins, nobody shall come. That one knows of no
   * drain: who asked for it sees that the node is not draining any more, and asks again.
   */
  private Behavior<Command> onFailed() {
    draining = false;
    watch.failed("its actor failed and is started again");
    slots.dismiss(unavailable());
    tell();
    return onStopped();
  }

  private Behavior<Command> onStopped() {
    watch.close();
    return this;
  }

  private void tell() {
    changed.accept(getContext().getSelf(), report.entry(watch, draining, averages));
  }

  private Behavior<Command> loadChanged() {
    directory.tell(new DirectoryActor.LoadChanged(report.life(), report.load(slots, averages)));
    return draining && slots.active() == 0 ? Behaviors.stopped() : this;
  }
}
