package io.llmcluster.core.directory;

import io.llmcluster.core.serialization.ClusterMessage;

/**
 * How much a node has to do, as its own admission counts it.
 *
 * @param sequence grows with every change in this life of the node; an older one never replaces a
 *     newer one
 * @param active requests that hold a slot
 * @param waiting requests in the node's own queue and gateways that wait for a slot
 * @param capacity slots, at least 1
 * @param failureRate share of recent calls that failed through the node's fault, 0 to 1 (EWMA)
 */
public record NodeLoad(long sequence, int active, int waiting, int capacity, double failureRate)
    implements ClusterMessage {

  /** Of a node that has said nothing yet. */
  public static final NodeLoad IDLE = new NodeLoad(0, 0, 0, 1, 0);
}
