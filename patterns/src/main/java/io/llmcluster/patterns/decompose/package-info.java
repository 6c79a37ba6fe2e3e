/** A request divided into tasks that models, or people, do: each as soon as it can be done. */
@NullMarked
package io.llmcluster.patterns.decompose;

import org.jspecify.annotations.NullMarked;
