package io.llmcluster.node;

import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeSpec;

/**
 * The member that stands for a node.
 *
 * @param member its name in the directory
 * @param grpcHost where its node port listens
 * @param grpcPort that port
 * @param hardware of its machine
 */
public record NodeIdentity(String member, String grpcHost, int grpcPort, Hardware hardware) {

  /** The machine of a backend on loopback is this one; of any other nothing is known. */
  Hardware hardwareOf(NodeSpec spec) {
    return spec.isLoopback() ? hardware : Hardware.UNKNOWN;
  }
}
