package io.llmcluster.app.member;

import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeSpec;
import java.util.List;

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
}
