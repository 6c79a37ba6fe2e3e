/** {@code /api/workflow}: a request divided into tasks, which the cluster or its clients do. */
@NullMarked
package io.llmcluster.gateway.workflow;

import org.jspecify.annotations.NullMarked;
