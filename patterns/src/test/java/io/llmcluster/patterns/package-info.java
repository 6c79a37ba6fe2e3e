/** Tests of what all patterns have in common. */
@NullMarked
package io.llmcluster.patterns;

import org.jspecify.annotations.NullMarked;
