package io.llmcluster.core.placement;

import io.llmcluster.core.directory.NodeLoad;

/**
 * A healthy node that has the model, as a placement sees it.
 *
 * @param node its name
 * @param loaded whether the model is in its memory
 * @param busy whether its backend said lately that it is full
 * @param load as its admission counted it last
 * @param ownCalls calls of this gateway that run there now; newer than {@code load}, but only this
 *     gateway's
 */
public record Candidate(String node, boolean loaded, boolean busy, NodeLoad load, int ownCalls) {

  /** Slots in use, by the newer of the two counts. */
  public int inUse() {
    return Math.max(load.active(), ownCalls);
  }

  /** Whether a request sent now should find a slot. The node itself has the last word. */
  public boolean free() {
    return !busy && load.waiting() == 0 && inUse() < load.capacity();
  }
}
