package io.llmcluster.node;

/**
 * How a call on a backend ended, for its averages.
 *
 * @param model as the client wrote it
 * @param verdict whose fault the end was
 * @param firstByteMillis from slot to first byte, of streams; negative: not measured
 * @param linesPerSecond lines or events after the first per second, of streams (one line is about
 *     one token); negative: not measured
 */
record CallOutcome(String model, Verdict verdict, double firstByteMillis, double linesPerSecond) {

  enum Verdict {
    /** The backend did what it should; that includes refusing a bad request. */
    ANSWERED,
    /** The backend broke, or could not be reached. */
    NODE_FAILED,
    /** The caller left before the end; says nothing of the node. */
    LEFT,
    /** The caller's own deadline passed before the end; says only that it was a short one. */
    OVERDUE
  }
}
