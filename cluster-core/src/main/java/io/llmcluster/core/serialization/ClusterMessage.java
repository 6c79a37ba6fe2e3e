package io.llmcluster.core.serialization;

/**
 * Marks what may cross the wire between members or be stored. Bound to {@code jackson-cbor} in this
 * module's {@code reference.conf}.
 */
public interface ClusterMessage {}
