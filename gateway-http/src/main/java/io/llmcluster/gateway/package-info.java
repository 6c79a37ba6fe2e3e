/** The HTTP face of the cluster. */
@NullMarked
package io.llmcluster.gateway;

import org.jspecify.annotations.NullMarked;
