package io.llmcluster.app.nodes;

import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeSpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * The nodes that a member brings along.
 *
 * @param wanted backends that any member may stand for
 * @param own backends that live and die with this member: the embedded model, the demo
 * @param hardware of this machine
 */
public record NodePlan(List<NodeSpec> wanted, List<NodeSpec> own, Hardware hardware) {

  public NodePlan {
    wanted = List.copyOf(wanted);
    own = List.copyOf(own);
  }

  public List<NodeSpec> all() {
    return Stream.concat(wanted.stream(), own.stream()).toList();
  }
}
