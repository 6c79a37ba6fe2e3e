package io.llmcluster.gateway.wire;

/** What a request wants of its model. */
public enum Purpose {
  ANSWER,
  /** Only have the model in memory: an empty prompt. */
  LOAD,
  /** Only free its memory: an empty prompt and {@code keep_alive} 0. */
  UNLOAD
}
