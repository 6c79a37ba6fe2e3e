/** Durable workflows: patterns of model calls that go on after a crash. */
@NullMarked
package io.llmcluster.patterns;

import org.jspecify.annotations.NullMarked;
