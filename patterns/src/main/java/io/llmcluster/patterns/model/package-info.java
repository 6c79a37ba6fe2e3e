/** Who takes part: the models that are at hand, and the agents that are described. */
@NullMarked
package io.llmcluster.patterns.model;

import org.jspecify.annotations.NullMarked;
