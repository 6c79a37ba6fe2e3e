/** Forming and leaving the cluster. */
@NullMarked
package io.llmcluster.core.cluster;

import org.jspecify.annotations.NullMarked;
