package io.llmcluster.patterns.workflow;

/**
 * How long a workflow has been running. It stands while the workflow is paused or waits for
 * somebody.
 *
 * @param usedMillis up to the last stop
 * @param runningSince ms since 1970; 0: it stands
 */
public record RunClock(long usedMillis, long runningSince) {

  public static final RunClock NEW = new RunClock(0, 0);

  RunClock running(boolean runs, long at) {
    if (runs == runningSince > 0) {
      return this;
    }
    return runs ? new RunClock(usedMillis, at) : new RunClock(usedMillis(at), 0);
  }

  /** Milliseconds of running until now. */
  public long usedMillis(long now) {
    return usedMillis + (runningSince > 0 ? Math.max(0, now - runningSince) : 0);
  }
}
