package io.llmcluster.node;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.NodeHealth;

/**
 * Who stands for a node that moves: the member that had it stops granting its slots before the one
 * that gets it begins to, or its backend would get twice what it can do.
 */
final class HandOver {

  private HandOver() {}

  /**
   * Whether this member has to wait with a node that is its own now.
   *
   * @param self this member, as {@link io.llmcluster.core.directory.NodeEntry#member} names it
   */
  static boolean isAwaited(String node, String self, Directory directory) {
    DirectoryView view = directory.view();
    if (!directory.isComplete()) {
      return true; // who has the node may not have been heard yet
    }
    return view.node(node)
        .filter(entry -> !entry.member().equals(self))
        .filter(entry -> entry.health() != NodeHealth.DRAINING)
        .filter(
            entry -> view.members().stream().anyMatch(live -> live.name().equals(entry.member())))
        .isPresent();
  }
}
