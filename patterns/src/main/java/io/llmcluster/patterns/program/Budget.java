package io.llmcluster.patterns.program;

/**
 * What a run may cost. It ends, with what it has, when it would need more.
 *
 * @param modelCalls calls of models, at least 1
 * @param tokens prompt and answer together, at least 1
 * @param seconds of running; waiting for input and being paused do not count; at least 1
 */
public record Budget(int modelCalls, long tokens, long seconds) {}
