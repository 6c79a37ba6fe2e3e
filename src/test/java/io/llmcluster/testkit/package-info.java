/** Stand-ins and harness for tests with real processes. */
@NullMarked
package io.llmcluster.testkit;

import org.jspecify.annotations.NullMarked;
