/** Voting: reading closed answers out of texts, counting and ranking them, and fair chance. */
@NullMarked
package io.llmcluster.patterns.vote;

import org.jspecify.annotations.NullMarked;
