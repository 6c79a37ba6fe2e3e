package io.llmcluster.node;

import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeLife;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.directory.SlotOffer;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendStatus;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
import org.jspecify.annotations.Nullable;

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

  /** Who waits for a slot. */
  private sealed interface Waiter {
    record Call(Object caller, Consumer<Acquired> reply) implements Waiter {
      @Override
      public boolean equals(@Nullable Object other) {
        return other instanceof Call call && call.caller.equals(caller);
      }

      @Override
      public int hashCode() {
        return caller.hashCode();
      }
    }

    record Gateway(long ticket, ActorRef<SlotOffer> replyTo) implements Waiter {}
  }

  private final TimerScheduler<Command> timers;
  private final NodeSpec spec;
  private final Backends backends;
  private final NodeSettings settings;
  private final NodeIdentity identity;
  private final ActorRef<DirectoryActor.Command> directory;
  private final BiConsumer<ActorRef<Command>, NodeEntry> changed;
  private final long incarnation = System.currentTimeMillis();
  private final Admission<Waiter> admission;
  private final Averages averages = new Averages();
  private final Parallelism parallelism = new Parallelism();
  private final ActorRef<SlotCommand> gateways;
  private @Nullable Backend backend;
  private BackendStatus status = BackendStatus.trouble(NodeHealth.STARTING, "not looked at yet");
  private Hardware hardware = Hardware.UNKNOWN;
  private int troubles;
  private boolean draining;
  private boolean looking;
  private boolean lookAgain;
  private CompletionStage<Backends.Found> lookUnderWay = new CompletableFuture<>();
  private long loadSequence;

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
    this.backends = backends;
    this.settings = settings;
    this.identity = identity;
    this.directory = directory;
    this.changed = changed;
    this.admission =
        new Admission<>(
            slots(0), settings.queueSize(), settings.slotKept().toNanos(), incarnation << 16);
    this.gateways = context.messageAdapter(SlotCommand.class, FromGateway::new);
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
    Backend found = backend;
    if (found == null || draining || !status.health().takesRequests()) {
      admission.giveBack(acquire.slot());
      acquire.reply().accept(new Acquired.Unavailable(unavailable()));
      return loadChanged();
    }
    long slot =
        acquire.slot() != Admission.NONE && admission.use(acquire.slot())
            ? acquire.slot()
            : admission.take();
    if (slot != Admission.NONE) {
      acquire.reply().accept(new Acquired.Granted(slot, found));
    } else if (acquire.refuseWhenBusy()
        || !admission.enqueue(new Waiter.Call(acquire.caller(), acquire.reply()))) {
      acquire.reply().accept(new Acquired.Full());
    }
    return loadChanged();
  }

  private String unavailable() {
    return "node "
        + spec.name()
        + (draining ? " is draining" : " is " + status.health().id() + ": " + status.reason());
  }

  private Behavior<Command> onStreamStarted(StreamStarted started) {
    parallelism.started(started.slot(), System.nanoTime());
    return this;
  }

  private Behavior<Command> onStreamBegun(StreamBegun begun) {
    parallelism.firstByte(begun.slot(), admission.active(), System.nanoTime());
    return this;
  }

  private Behavior<Command> onRelease(Release release) {
    admission.release(release.slot());
    parallelism.ended(release.slot(), System.nanoTime());
    averages.record(release.outcome());
    if (release.outcome().verdict() == CallOutcome.Verdict.NODE_FAILED) {
      onLook();
    }
    return grantSlots();
  }

  private Behavior<Command> onLeave(Leave leave) {
    admission.leaveIf(
        waiter -> waiter instanceof Waiter.Call call && call.caller().equals(leave.caller()));
    return loadChanged();
  }

  private Behavior<Command> onSlotCommand(SlotCommand command) {
    if (command instanceof SlotCommand.Claim claim) {
      if (draining || !admission.enqueue(new Waiter.Gateway(claim.ticket(), claim.replyTo()))) {
        claim.replyTo().tell(new SlotOffer(spec.name(), claim.ticket(), SlotOffer.REFUSED));
      } else {
        getContext().watch(claim.replyTo());
      }
    } else if (command instanceof SlotCommand.Withdraw withdraw) {
      admission.leave(new Waiter.Gateway(withdraw.ticket(), withdraw.replyTo()));
    } else if (command instanceof SlotCommand.GiveBack giveBack) {
      admission.giveBack(giveBack.slot());
    }
    return grantSlots();
  }

  private Behavior<Command> onGatewayGone(Terminated gone) {
    admission.leaveIf(
        waiter ->
            waiter instanceof Waiter.Gateway gateway
                && gateway.replyTo().path().equals(gone.getRef().path()));
    return grantSlots();
  }

  private Behavior<Command> grantSlots() {
    if (!draining && status.health().takesRequests()) {
      for (Admission.Grant<Waiter> grant : admission.grant(System.nanoTime())) {
        if (grant.waiter() instanceof Waiter.Gateway gateway) {
          gateway.replyTo().tell(new SlotOffer(spec.name(), gateway.ticket(), grant.slot()));
        } else if (grant.waiter() instanceof Waiter.Call call) {
          admission.use(grant.slot());
          call.reply().accept(new Acquired.Granted(grant.slot(), Objects.requireNonNull(backend)));
        }
      }
    }
    return loadChanged();
  }

  private Behavior<Command> onExpire() {
    admission.expire(System.nanoTime());
    return grantSlots();
  }

  private Behavior<Command> onGetBackend(GetBackend ask) {
    Backend found = backend;
    ask.replyTo()
        .tell(
            found == null
                ? new Acquired.Unavailable(unavailable())
                : new Acquired.Granted(Admission.NONE, found));
    return this;
  }

  private Behavior<Command> onLook() {
    if (!looking) {
      looking = true;
      getContext()
          .pipeToSelf(
              look(),
              (found, failure) ->
                  new Looked(
                      failure == null
                          ? found
                          : new Backends.Found(
                              null,
                              BackendStatus.trouble(
                                  NodeHealth.BROKEN, String.valueOf(failure.getMessage())))));
    }
    return this;
  }

  /** A look that is under way may have seen what was before the change. */
  private Behavior<Command> onLookNow() {
    lookAgain = looking;
    return onLook();
  }

  private CompletionStage<Backends.Found> look() {
    try {
      lookUnderWay = backends.look(spec, backend);
    } catch (RuntimeException failure) {
      lookUnderWay = CompletableFuture.failedStage(failure);
    }
    return lookUnderWay;
  }

  private Behavior<Command> onLooked(Looked looked) {
    looking = false;
    if (lookAgain) {
      lookAgain = false;
      onLook();
    } else {
      timers.startSingleTimer(Look.INSTANCE, settings.lookInterval());
    }
    Backends.Found found = looked.found();
    if (found.backend() != null) {
      backend = found.backend();
    }
    BackendStatus before = status;
    troubles = found.status().health().takesRequests() ? 0 : troubles + 1;
    status = HealthRule.next(before, found.status(), troubles);
    if (status.health().takesRequests()) {
      averages.sawHealthy();
    }
    if (status.health() != before.health()) {
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
    admission.setCapacity(slots(status.parallel()));
    hardware = identity.hardwareOf(spec);
    if (!draining) {
      changed.accept(getContext().getSelf(), entry());
    }
    return grantSlots();
  }

  /** What the operator said of this node, what the backend says, what the operator said of all. */
  private int slots(int parallel) {
    if (spec.concurrency() > 0) {
      return spec.concurrency();
    }
    if (parallel > 0) {
      return parallel;
    }
    return settings.concurrency() > 0
        ? settings.concurrency()
        : parallelism.slots(System.nanoTime());
  }

  private Behavior<Command> onDrain() {
    if (!draining) {
      draining = true;
      dismissWaiters();
      changed.accept(getContext().getSelf(), entry());
    }
    return loadChanged();
  }

  private void dismissWaiters() {
    for (Waiter waiter : admission.dismiss()) {
      if (waiter instanceof Waiter.Gateway gateway) {
        gateway.replyTo().tell(new SlotOffer(spec.name(), gateway.ticket(), SlotOffer.REFUSED));
      } else if (waiter instanceof Waiter.Call call) {
        call.reply().accept(new Acquired.Unavailable(unavailable()));
      }
    }
  }

  /** This life ends by a bug; until the next one begins, nobody shall come. */
  private Behavior<Command> onFailed() {
    status = BackendStatus.trouble(NodeHealth.BROKEN, "its actor failed and is started again");
    dismissWaiters();
    changed.accept(getContext().getSelf(), entry());
    return onStopped();
  }

  /** A look that is still under way may bring a backend that nobody has yet. */
  private Behavior<Command> onStopped() {
    if (backend != null) {
      backend.close();
    }
    lookUnderWay.thenAccept(
        found -> {
          if (found.backend() != null) {
            found.backend().close();
          }
        });
    return this;
  }

  private Behavior<Command> loadChanged() {
    directory.tell(
        new DirectoryActor.LoadChanged(
            new NodeLife(spec.name(), identity.member(), incarnation),
            new NodeLoad(
                ++loadSequence,
                admission.active(),
                admission.waiting(),
                admission.capacity(),
                averages.failureRate())));
    return draining && admission.active() == 0 ? Behaviors.stopped() : this;
  }

  private NodeEntry entry() {
    Backend found = backend;
    NodeSpec seen =
        new NodeSpec(
            spec.name(),
            spec.host(),
            spec.port(),
            spec.type(),
            spec.platform(),
            spec.capabilities(),
            found == null ? spec.backend() : found.kind(),
            spec.concurrency());
    return new NodeEntry(
        seen,
        incarnation,
        identity.member(),
        identity.grpcHost(),
        identity.grpcPort(),
        gateways,
        hardware,
        draining ? NodeHealth.DRAINING : status.health(),
        draining ? "" : status.reason(),
        status.version(),
        status.installed(),
        status.loaded(),
        averages.byModel());
  }
}
