package io.llmcluster.patterns.program;

/**
 * What is recorded of a step.
 *
 * @param spec what was to be done
 * @param attempt the last one that was begun, from 1
 * @param status how it stands
 * @param output the text; empty until it is completed
 * @param promptTokens of the recorded attempt; 0 if the backend did not count
 * @param completionTokens of the recorded attempt; 0 if the backend did not count
 * @param durationMillis of the recorded attempt
 * @param doneReason {@code stop}, {@code length}, or what the backend said
 * @param node that answered
 * @param reason why it failed or was skipped; else empty
 * @param dueMillis of a step to be tried again: not before (ms since 1970); of a taken external
 *     step: when its lease ends; else 0
 * @param owner who has taken an external step; else empty
 * @param reissued attempts that were begun because a crash left the one before without a result;
 *     they use up no retry
 */
public record StepRecord(
    StepSpec spec,
    int attempt,
    Status status,
    String output,
    long promptTokens,
    long completionTokens,
    long durationMillis,
    String doneReason,
    String node,
    String reason,
    long dueMillis,
    String owner,
    int reissued) {

  /** How a step stands. */
  public enum Status {
    /** A model works on it, or somebody outside may take it. */
    RUNNING,
    /** Failed, and to be tried again. */
    RETRYING,
    COMPLETED,
    /** Failed for good. */
    FAILED,
    /** Not needed any more. */
    SKIPPED
  }

  public static StepRecord begun(StepSpec spec) {
    return new StepRecord(spec, 1, Status.RUNNING, "", 0, 0, 0, "", "", "", 0, "", 0);
  }

  public String id() {
    return spec.id();
  }

  public boolean is(Status expected) {
    return status == expected;
  }

  /** Whether nothing more will come of it. */
  public boolean isOver() {
    return status == Status.COMPLETED || status == Status.FAILED || status == Status.SKIPPED;
  }

  /** Attempts that have failed, if this one has. */
  public int failures() {
    return attempt - reissued;
  }

  /**
   * The next attempt.
   *
   * @param afterCrash whether the one before did not fail, but was lost
   */
  public StepRecord again(int nextAttempt, boolean afterCrash) {
    int lost = reissued + (afterCrash ? 1 : 0);
    return new StepRecord(
        spec, nextAttempt, Status.RUNNING, "", 0, 0, 0, "", "", reason, 0, "", lost);
  }

  public StepRecord completed(
      int by, String text, long prompt, long completion, long millis, String done, String at) {
    return new StepRecord(
        spec,
        by,
        Status.COMPLETED,
        text,
        prompt,
        completion,
        millis,
        done,
        at,
        "",
        0,
        owner,
        reissued);
  }

  public StepRecord failed(String why, boolean last, long retryAtMillis) {
    return new StepRecord(
        spec,
        attempt,
        last ? Status.FAILED : Status.RETRYING,
        "",
        0,
        0,
        0,
        "",
        node,
        why,
        last ? 0 : retryAtMillis,
        "",
        reissued);
  }

  public StepRecord skipped(String why) {
    return new StepRecord(spec, attempt, Status.SKIPPED, "", 0, 0, 0, "", "", why, 0, "", reissued);
  }

  /** The same of a step that is told by other references. */
  public StepRecord telling(Prompt other) {
    return with(spec.telling(other), dueMillis, owner);
  }

  /** Taken by somebody outside until a moment; an empty owner gives it back. */
  public StepRecord taken(String by, long untilMillis) {
    return with(spec, untilMillis, by);
  }

  private StepRecord with(StepSpec newSpec, long newDueMillis, String newOwner) {
    return new StepRecord(
        newSpec,
        attempt,
        status,
        output,
        promptTokens,
        completionTokens,
        durationMillis,
        doneReason,
        node,
        reason,
        newDueMillis,
        newOwner,
        reissued);
  }
}
