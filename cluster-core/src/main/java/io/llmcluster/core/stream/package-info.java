/** Stages that streams of several modules use. */
@NullMarked
package io.llmcluster.core.stream;

import org.jspecify.annotations.NullMarked;
