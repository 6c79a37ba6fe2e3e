/** Outputs that have to match a schema: found in a text, checked, asked for again. */
@NullMarked
package io.llmcluster.patterns.structured;

import org.jspecify.annotations.NullMarked;
