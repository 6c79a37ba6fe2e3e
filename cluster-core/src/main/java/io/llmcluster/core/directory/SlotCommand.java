package io.llmcluster.core.directory;

import io.llmcluster.core.serialization.ClusterMessage;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a gateway says to a node about slots.
 *
 * <p>A gateway with waiting requests claims a slot at every node that could run one of them. The
 * first node to have a slot free offers it, and only then does the gateway choose which request
 * goes there: the request itself never stands in a node's queue (late binding, as in Sparrow,
 * Ousterhout et al., SOSP 2013).
 */
public sealed interface SlotCommand extends ClusterMessage {

  /**
   * Asks for the next slot that becomes free.
   *
   * @param ticket the gateway's own number of this claim
   * @param replyTo gets one {@link SlotOffer} for it
   */
  record Claim(long ticket, ActorRef<SlotOffer> replyTo) implements SlotCommand {}

  /**
   * Takes a claim back. An offer may already be under way; it is then given back with {@link
   * GiveBack}.
   */
  record Withdraw(long ticket, ActorRef<SlotOffer> replyTo) implements SlotCommand {}

  /** Returns an offered slot unused. */
  record GiveBack(long slot) implements SlotCommand {}
}
