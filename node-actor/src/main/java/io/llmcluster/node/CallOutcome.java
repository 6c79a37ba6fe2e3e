package io.llmcluster.node;

/**
 * How a call on a backend ended, for its averages.
 *
 * @param model as the client wrote it
 * @param verdict whose fault the end was
 * @param firstByteMillis from slot to first byte, of streams; negative: not measured
 * @param tokensPerSecond tokens written per second, without the time for the prompt: as the backend
 *     counted them at the answer's end, where it did, else lines or events after the first of a
 *     stream, one line for about one token; negative: not measured
 */
record CallOutcome(String model, Verdict verdict, double firstByteMillis, double tokensPerSecond) {

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
