package io.llmcluster.core.inference;

/**
 * The inference port: whoever wants a model's answer, a client's request or a workflow's step, asks
 * here and gets the same queue, placement, retries and cancellation.
 */
@FunctionalInterface
public interface Inference {

  InferenceCall ask(InferenceRequest request);
}
