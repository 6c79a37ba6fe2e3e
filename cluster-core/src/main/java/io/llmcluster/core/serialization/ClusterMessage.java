package io.llmcluster.core.serialization;

/**
 * Marks what may cross the wire between members. Bound to {@code jackson-cbor} in this module's
 * {@code reference.conf}. What is stored is a {@link StoredMessage}.
 */
public interface ClusterMessage {}
