/** Prompts filled from scripted records. */
@NullMarked
package io.llmcluster.patterns.prompt;

import org.jspecify.annotations.NullMarked;
