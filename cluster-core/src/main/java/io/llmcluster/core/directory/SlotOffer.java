package io.llmcluster.core.directory;

import io.llmcluster.core.serialization.ClusterMessage;

/**
 * A node's answer to a claim.
 *
 * @param node which node
 * @param ticket the claim's number
 * @param slot the slot that is kept for the gateway, to be named in the call that uses it; {@link
 *     #REFUSED} if the node takes no more claims
 */
public record SlotOffer(String node, long ticket, long slot) implements ClusterMessage {

  public static final long REFUSED = 0;

  public boolean refused() {
    return slot == REFUSED;
  }
}
