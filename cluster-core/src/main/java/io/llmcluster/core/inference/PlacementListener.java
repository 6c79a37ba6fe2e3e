package io.llmcluster.core.inference;

/**
 * Hears whether a node has a call, from the moment that it is asked for until its answer has begun
 * or it has failed. One thing at a time, on any thread; must not block.
 */
public interface PlacementListener {

  /** For those to whom it does not matter. */
  PlacementListener NONE =
      new PlacementListener() {
        @Override
        public void placed() {}

        @Override
        public void displaced() {}
      };

  /** A node was given the call, and may be at work. Told for each node that is. */
  void placed();

  /**
   * The node that had it has refused or failed, and another one is looked for, which may mean that
   * it waits in the queue.
   */
  void displaced();
}
