package io.llmcluster.app.member;

import io.llmcluster.core.directory.NodeEntry;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a member can be reached and what it found.
 *
 * @param gateway {@code HOST:PORT} for clients; null if it is no gateway
 * @param node {@code HOST:PORT} of the node port; null if it is no node
 * @param cluster {@code HOST:PORT} for other members
 * @param nodes all nodes of the cluster
 */
public record MemberReport(
    @Nullable String gateway, @Nullable String node, String cluster, Collection<NodeEntry> nodes) {

  public MemberReport {
    nodes = List.copyOf(nodes);
  }
}
