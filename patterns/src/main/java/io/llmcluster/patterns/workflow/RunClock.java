package io.llmcluster.patterns.workflow;

/**
 * How long a workflow has been running. It stands while the workflow is paused or waits for
 * somebody, and from its last event before a crash until it is taken up again: nobody can tell how
 * much of that time it was still running, and a cluster that is down must not use up a budget.
 *
 * @param usedMillis up to the last event
 * @param runningSince the last event, ms since 1970; 0: it stands
 */
public record RunClock(long usedMillis, long runningSince) {

  public static final RunClock NEW = new RunClock(0, 0);

  RunClock running(boolean runs, long at) {
    return new RunClock(usedMillis(at), runs ? at : 0);
  }

  /** Taken up again after a crash. */
  RunClock recovered() {
    return new RunClock(usedMillis, 0);
  }

  /** Milliseconds of running until now. */
  public long usedMillis(long now) {
    return usedMillis + (runningSince > 0 ? Math.max(0, now - runningSince) : 0);
  }
}
