/** What a pattern is: a pure program over what has been recorded so far. */
@NullMarked
package io.llmcluster.patterns.program;

import org.jspecify.annotations.NullMarked;
