/** Runs pattern programs without an actor system. */
@NullMarked
package io.llmcluster.patterns.testkit;

import org.jspecify.annotations.NullMarked;
