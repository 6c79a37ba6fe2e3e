package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The timers of one workflow's actor; what they wait for is recorded, so they may be lost. */
final class Alarms {

  private final TimerScheduler<WorkflowCommand> timers;
  private final Duration idle;

  /**
   * @param idle how long a workflow that waits for somebody stays in memory
   */
  Alarms(TimerScheduler<WorkflowCommand> timers, Duration idle) {
    this.timers = timers;
    this.idle = idle;
  }

  /** Makes them fit what is recorded. */
  void follow(WorkflowState state, long now) {
    if (state instanceof Live live) {
      retries(live, now);
    }
    if (!(state instanceof Live live && live.works())) {
      timers.cancel(Own.TimeIsUp.INSTANCE);
    } else if (!timers.isTimerActive(Own.TimeIsUp.INSTANCE)) {
      start(Own.TimeIsUp.INSTANCE, Due.secondsLeft(live, now));
    }
    idle(state);
  }

  private void retries(Live live, long now) {
    for (StepRecord step : live.retrying()) {
      Own.RetryDue due = new Own.RetryDue(step.id(), step.attempt());
      if (!live.paused() && !timers.isTimerActive(due)) {
        start(due, step.dueMillis() - now);
      }
    }
  }

  /** Whether it runs decides whether it will leave memory. */
  void idle(WorkflowState state) {
    if (state instanceof Live live && live.runs()) {
      timers.cancel(Own.Idle.INSTANCE);
    } else if (!timers.isTimerActive(Own.Idle.INSTANCE)) {
      start(Own.Idle.INSTANCE, idle.toMillis());
    }
  }

  /** Something is awaited that is not recorded. */
  void stay() {
    timers.cancel(Own.Idle.INSTANCE);
  }

  private void start(Own message, long millis) {
    timers.startSingleTimer(message, message, Duration.ofMillis(Math.max(0, millis)));
  }
}
