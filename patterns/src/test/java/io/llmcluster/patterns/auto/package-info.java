/** The ladder with scripted models. */
@NullMarked
package io.llmcluster.patterns.auto;

import org.jspecify.annotations.NullMarked;
