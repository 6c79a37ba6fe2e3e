/** The escalation ladder: as little as is enough, and more only on measured disagreement. */
@NullMarked
package io.llmcluster.patterns.auto;

import org.jspecify.annotations.NullMarked;
