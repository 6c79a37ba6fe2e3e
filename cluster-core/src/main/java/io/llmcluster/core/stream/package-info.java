/** Stages of streams, and of what completes later, that several modules use. */
@NullMarked
package io.llmcluster.core.stream;

import org.jspecify.annotations.NullMarked;
