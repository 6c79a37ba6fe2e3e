package io.llmcluster.core.inference;

import java.util.concurrent.CompletionStage;

/** A request under way. */
public interface InferenceCall {

  /** Completes when a node has begun to answer; fails with {@link InferenceFailure}. */
  CompletionStage<InferenceAnswer> answer();

  /**
   * The caller went away: leaves the queue, frees the slot. Without effect once {@link #answer} has
   * completed; from then on cancelling the body does the same.
   */
  void cancel();
}
