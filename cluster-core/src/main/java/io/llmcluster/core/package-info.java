/**
 * What every role needs: the node directory, placement, the queue, the inference port and the node
 * protocol.
 */
@NullMarked
package io.llmcluster.core;

import org.jspecify.annotations.NullMarked;
