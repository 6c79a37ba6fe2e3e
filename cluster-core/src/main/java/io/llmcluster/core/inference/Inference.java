package io.llmcluster.core.inference;

/**
 * The inference port: whoever wants a model's answer, a client's request or a workflow's step, asks
 * here and gets the same queue, placement, retries and cancellation.
 */
@FunctionalInterface
public interface Inference {

  default InferenceCall ask(InferenceRequest request) {
    return ask(request, PlacementListener.NONE);
  }

  /**
   * The same for whoever wants to know how long nodes take.
   *
   * @param listener may hear of a node before this method returns
   */
  InferenceCall ask(InferenceRequest request, PlacementListener listener);
}
