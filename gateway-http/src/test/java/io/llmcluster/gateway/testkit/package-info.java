/** A gateway with workflows on one machine, for tests of its routes. */
@NullMarked
package io.llmcluster.gateway.testkit;

import org.jspecify.annotations.NullMarked;
