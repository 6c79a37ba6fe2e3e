package io.llmcluster.patterns.retention;

import io.llmcluster.patterns.retention.Expiry.Erased;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.jspecify.annotations.Nullable;

/** Looks for what is old again and again, on one member of the cluster. */
public final class Retention extends AbstractBehavior<Retention.Command> {

  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Looked(@Nullable Erased erased, @Nullable Throwable failure) implements Command {}

  private final Expiry expiry;
  private final Duration every;
  private final TimerScheduler<Command> timers;

  /**
   * Starts it in the cluster, if anything is to be erased at all.
   *
   * @param role of the members that have the store
   */
  public static void start(
      ActorSystem<?> system, String role, Expiry expiry, RetentionSettings settings) {
    if (settings.isOn()) {
      ClusterSingleton.get(system)
          .init(
              SingletonActor.of(create(expiry, settings.every()), "retention")
                  .withSettings(ClusterSingletonSettings.create(system).withRole(role)));
    }
  }

  /**
   * @param every from the end of one look to the begin of the next one
   */
  static Behavior<Command> create(Expiry expiry, Duration every) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Retention(context, timers, expiry, every)));
  }

  private Retention(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Expiry expiry,
      Duration every) {
    super(context);
    this.timers = timers;
    this.expiry = expiry;
    this.every = every;
    next();
  }

  private void next() {
    timers.startSingleTimer(Look.INSTANCE, Look.INSTANCE, every);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(Looked.class, this::onLooked)
        .build();
  }

  private Behavior<Command> onLook() {
    getContext().pipeToSelf(expiry.sweep(), Looked::new);
    return this;
  }

  private Behavior<Command> onLooked(Looked looked) {
    Erased erased = looked.erased();
    if (erased == null) {
      String reason = looked.failure() == null ? "" : looked.failure().getMessage();
      getContext().getLog().warn("what is old cannot be erased now: {}", reason);
    } else {
      tell(erased);
    }
    next();
    return this;
  }

  private void tell(Erased erased) {
    if (!erased.failed().isEmpty()) {
      getContext()
          .getLog()
          .warn(
              "{} that are old cannot be erased now, the first is {}",
              erased.failed().size(),
              erased.failed().get(0));
    }
    if (erased.workflows() + erased.conversations() > 0) {
      getContext()
          .getLog()
          .info(
              "erased {} workflows and {} conversations that were old",
              erased.workflows(),
              erased.conversations());
    }
  }
}
