package io.llmcluster.patterns.call;

/** What came of a call. */
public sealed interface CallResult {

  /**
   * An answer.
   *
   * @param text the whole output
   * @param promptTokens as the backend counted; 0 if it did not
   * @param completionTokens as the backend counted; 0 if it did not
   * @param millis from the moment that a node had it
   * @param doneReason {@code stop}, {@code length}, or what the backend said
   * @param node that answered
   */
  record Answered(
      String text,
      long promptTokens,
      long completionTokens,
      long millis,
      String doneReason,
      String node)
      implements CallResult {}

  /**
   * None.
   *
   * @param reason one line
   * @param retryable whether another attempt may do better
   * @param tokensLost at least that many tokens were written before it failed
   */
  record Failed(String reason, boolean retryable, long tokensLost) implements CallResult {

    /** A call that failed before a model wrote anything, as far as is known. */
    public Failed(String reason, boolean retryable) {
      this(reason, retryable, 0);
    }
  }
}
