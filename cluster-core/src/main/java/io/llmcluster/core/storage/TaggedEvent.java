package io.llmcluster.core.storage;

/**
 * An event found by its tag.
 *
 * @param event as it was persisted
 * @param timestamp when it was written, milliseconds since 1970; 0 where the store does not tell
 * @param offset where to go on after this event
 */
public record TaggedEvent(
    String persistenceId, long sequenceNr, Object event, long timestamp, JournalOffset offset) {}
