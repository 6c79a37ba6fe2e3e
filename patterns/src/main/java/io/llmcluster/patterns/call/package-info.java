/** Calling models for steps: outside the workflow's actor, so that it never waits. */
@NullMarked
package io.llmcluster.patterns.call;

import org.jspecify.annotations.NullMarked;
