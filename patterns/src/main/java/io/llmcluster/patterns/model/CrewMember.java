package io.llmcluster.patterns.model;

import io.llmcluster.core.inference.NodeConstraint;

/**
 * An agent with the model that it speaks through in one run.
 *
 * @param role the agent's name; empty: nobody in particular, the plain model
 * @param system its system prompt; may be empty
 * @param temperature 0 to 2
 * @param model a name
 * @param nodes where it may run
 */
public record CrewMember(
    String role, String system, double temperature, String model, NodeConstraint nodes) {}
