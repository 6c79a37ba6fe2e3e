package io.llmcluster.core.directory;

import io.llmcluster.core.serialization.ClusterMessage;

/**
 * One life of a node: it ends when its actor does, and a node that moves to another member begins a
 * new one. The time alone would not tell lives apart, since nodes that start together have it in
 * common.
 *
 * @param node its name
 * @param member who stands for it, as {@link NodeEntry#member} names it
 * @param incarnation when its actor started (ms since 1970, by that member's clock)
 */
public record NodeLife(String node, String member, long incarnation) implements ClusterMessage {}
