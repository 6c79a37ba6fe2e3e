package io.llmcluster.core.directory;

import io.llmcluster.core.serialization.ClusterMessage;
import java.util.List;

/**
 * What one member tells all others about nodes.
 *
 * @param specs nodes it knows of and wants the cluster to have
 * @param entries nodes it stands for at present
 */
public record MemberNodes(List<NodeSpec> specs, List<NodeEntry> entries) implements ClusterMessage {

  public static final MemberNodes NONE = new MemberNodes(List.of(), List.of());

  public MemberNodes {
    specs = List.copyOf(specs);
    entries = List.copyOf(entries);
  }
}
