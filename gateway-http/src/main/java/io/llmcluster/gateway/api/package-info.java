/** The endpoints, one class per group. */
@NullMarked
package io.llmcluster.gateway.api;

import org.jspecify.annotations.NullMarked;
