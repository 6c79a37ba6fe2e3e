/** What is old is erased by itself, if that is wanted. */
@NullMarked
package io.llmcluster.patterns.retention;

import org.jspecify.annotations.NullMarked;
