package io.llmcluster.core.serialization;

/**
 * Marks what is kept in the durable store: events and the states of snapshots. Its bytes are a
 * contract with every later version, so its root type is registered under a short name in {@code
 * llm-cluster.stored-types} of the module's {@code reference.conf}, and the subtypes of a sealed
 * root are named by {@code @JsonTypeInfo(use = NAME)} and {@code @JsonSubTypes} on it; no class
 * name is ever stored.
 *
 * <p>Nulls, empty collections and empty optionals are left out of the bytes, and read again as
 * null, empty collection, empty optional; so a component may be added to a record. Properties that
 * are not known are skipped; so one may be taken away. An {@code ActorRef} cannot be stored. A type
 * is never a {@link ClusterMessage} too: which form its bytes have would be left to chance.
 */
public interface StoredMessage {}
