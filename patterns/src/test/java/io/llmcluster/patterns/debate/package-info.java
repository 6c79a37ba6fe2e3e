/** Debates with scripted models. */
@NullMarked
package io.llmcluster.patterns.debate;

import org.jspecify.annotations.NullMarked;
