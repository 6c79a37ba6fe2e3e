package io.llmcluster.patterns.conversation;

import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The timers of one conversation's actor; they may be lost. */
final class Alarms {

  /** Before a child that could not be followed is looked at again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final TimerScheduler<ConversationCommand> timers;
  private final Duration idle;

  /**
   * @param idle how long a conversation in which nothing happens stays in memory
   */
  Alarms(TimerScheduler<ConversationCommand> timers, Duration idle) {
    this.timers = timers;
    this.idle = idle;
  }

  void lookAgain() {
    timers.startSingleTimer(Own.LookAgain.INSTANCE, Own.LookAgain.INSTANCE, LOOK_AGAIN);
  }

  /** Whether something is under way decides whether it will leave memory. */
  void idle(boolean works) {
    if (works) {
      timers.cancel(Own.Idle.INSTANCE);
    } else if (!timers.isTimerActive(Own.Idle.INSTANCE)) {
      timers.startSingleTimer(Own.Idle.INSTANCE, Own.Idle.INSTANCE, idle);
    }
  }
}
