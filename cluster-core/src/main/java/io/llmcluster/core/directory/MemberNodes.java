package io.llmcluster.core.directory;

import io.llmcluster.core.serialization.ClusterMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * What one member tells all others about nodes.
 *
 * @param specs nodes that it asks the cluster to have
 * @param entries nodes it stands for at present
 * @param inherited nodes that members asked for which are gone; handed on, so that a member that
 *     joins later hears of them too
 * @param draining whether it is stopping: others shall stand for its nodes already
 */
public record MemberNodes(
    List<NodeSpec> specs, List<NodeEntry> entries, List<WantedNode> inherited, boolean draining)
    implements ClusterMessage {

  /** All of it must fit into one message between members. */
  static final int MOST_MODELS = 10_000;

  public static final MemberNodes NONE = new MemberNodes(List.of(), List.of(), List.of(), false);

  public MemberNodes {
    specs = List.copyOf(specs);
    entries = List.copyOf(entries);
    inherited = List.copyOf(inherited);
  }

  MemberNodes withInherited(List<WantedNode> nodes) {
    return new MemberNodes(specs, entries, nodes, draining);
  }

  /** Of more models than can be told, the first ones. */
  MemberNodes bounded() {
    if (entries.stream().mapToInt(entry -> entry.installed().size()).sum() <= MOST_MODELS) {
      return this;
    }
    List<NodeEntry> fewer = new ArrayList<>();
    int room = MOST_MODELS;
    for (NodeEntry entry : entries) {
      NodeEntry cut = entry.withInstalled(entry.installed().stream().limit(room).toList());
      room -= cut.installed().size();
      fewer.add(cut);
    }
    return new MemberNodes(specs, fewer, inherited, draining);
  }
}
