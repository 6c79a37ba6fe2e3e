package io.llmcluster.core.placement;

import java.util.List;

/** Decides which node is asked first. A pure function: the same input gives the same order. */
@FunctionalInterface
public interface Placement {

  /**
   * Orders the candidates, best first.
   *
   * @param candidates healthy nodes that have the model
   * @param salt differs from request to request, so that equals are not always asked in the same
   *     order
   * @return those of them that a request may be sent to now; empty: it has to wait for a slot
   */
  List<Candidate> rank(List<Candidate> candidates, long salt);
}
