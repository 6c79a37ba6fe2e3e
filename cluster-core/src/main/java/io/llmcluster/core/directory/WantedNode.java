package io.llmcluster.core.directory;

import io.llmcluster.core.cluster.ClusterSettings.Role;

/**
 * A node that some member asked the cluster to have.
 *
 * @param spec what it is
 * @param machine the host of the member that asked; where a loopback address of the spec is meant
 */
public record WantedNode(NodeSpec spec, String machine) {

  /** Whether the member takes new nodes and can reach this one's backend. */
  public boolean canBeStoodForBy(LiveMember member) {
    return member.roles().contains(Role.NODE.id())
        && !member.draining()
        && (!spec.isLoopback() || member.host().equals(machine));
  }
}
