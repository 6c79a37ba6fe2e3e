package io.llmcluster.patterns.workflow;

import java.util.List;

/**
 * Events that a persistent actor has handed to the journal together and that are not known to be
 * stored. The journal refuses each event of a write. The first refusal restarts the actor; the
 * others wait in Pekko's stash (1.2.1), in front of all that comes later, and only a command that
 * is handled takes one thing out of there: without as many of them as there were events, the actor
 * sleeps until somebody speaks to it. Used by one actor, whose restarts it outlives.
 */
public final class Unsettled {

  private int events;

  /** To be called with what is persisted; returns it. */
  public <E> List<E> handed(List<E> together) {
    events = together.size();
    return together;
  }

  /** They are stored. */
  public void settled() {
    events = 0;
  }

  /**
   * After a recovery: they were refused.
   *
   * @param nudge tells the actor something that it passes over
   */
  public void recovered(Runnable nudge) {
    for (; events > 0; events--) {
      nudge.run();
    }
  }
}
