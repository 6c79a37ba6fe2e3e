/** The ensemble: several models answer alone; a rule makes one answer of theirs. */
@NullMarked
package io.llmcluster.patterns.ensemble;

import org.jspecify.annotations.NullMarked;
