package io.llmcluster.core.directory;

/**
 * A node that some member asked the cluster to have.
 *
 * @param spec what it is
 * @param machine the host of the member that asked; where a loopback address of the spec is meant
 */
public record WantedNode(NodeSpec spec, String machine) {}
