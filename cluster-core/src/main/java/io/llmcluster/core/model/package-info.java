/** Names of models. */
@NullMarked
package io.llmcluster.core.model;

import org.jspecify.annotations.NullMarked;
