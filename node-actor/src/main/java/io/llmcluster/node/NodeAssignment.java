package io.llmcluster.node;

import io.llmcluster.core.directory.LiveMember;
import io.llmcluster.core.directory.WantedNode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Which member stands for a node. Every member computes the same from the same membership
 * (rendezvous hashing, Thaler and Ravishankar 1998), so nobody has to be asked, and a member that
 * comes or goes moves only its own share.
 */
final class NodeAssignment {

  private NodeAssignment() {}

  /**
   * @param members that are up and reachable
   * @return empty if no member can reach the node
   */
  static Optional<LiveMember> memberFor(WantedNode node, Collection<LiveMember> members) {
    return members.stream()
        .filter(node::canBeStoodForBy)
        .max(
            Comparator.<LiveMember>comparingLong(member -> weight(node, member))
                .thenComparing(LiveMember::name));
  }

  private static long weight(WantedNode node, LiveMember member) {
    CRC32 crc = new CRC32();
    crc.update((node.spec().name() + "@" + member.name()).getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
