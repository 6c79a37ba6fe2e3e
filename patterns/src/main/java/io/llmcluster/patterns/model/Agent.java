package io.llmcluster.patterns.model;

import io.llmcluster.core.inference.NodeConstraint;

/**
 * A role that a model plays.
 *
 * @param name for example {@code Critic}; letters, digits, {@code - _}
 * @param system its system prompt
 * @param temperature 0 to 2
 * @param model what it would like to speak through
 * @param nodes where it may run
 */
public record Agent(
    String name, String system, double temperature, ModelPreference model, NodeConstraint nodes) {}
