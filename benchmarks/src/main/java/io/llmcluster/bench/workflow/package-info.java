/** What durable workflows cost, on a backend that takes no time. */
@NullMarked
package io.llmcluster.bench.workflow;

import org.jspecify.annotations.NullMarked;
