package io.llmcluster.patterns.program;

/**
 * What a run will probably cost.
 *
 * @param modelCalls calls of models
 * @param tokens prompt and answer together
 * @param seconds wall clock, on models that are loaded
 */
public record Estimate(int modelCalls, long tokens, long seconds) {}
