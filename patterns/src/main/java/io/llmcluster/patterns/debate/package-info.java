/** The debate: independent answers, a gate, critique rounds, a verdict that a turn has to earn. */
@NullMarked
package io.llmcluster.patterns.debate;

import org.jspecify.annotations.NullMarked;
