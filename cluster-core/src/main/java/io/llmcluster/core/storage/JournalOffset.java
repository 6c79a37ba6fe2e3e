package io.llmcluster.core.storage;

/**
 * How far a reader of tagged events has come. Opaque: keep it, hand it in again, or write it down
 * as {@link #text}. Offsets of one store mean nothing to another.
 */
public record JournalOffset(String text) {

  /** Before the first event. */
  public static final JournalOffset START = new JournalOffset("");
}
