package io.llmcluster.patterns.workflow;

import io.llmcluster.core.serialization.ClusterMessage;

/** What a watcher of a workflow hears. */
public sealed interface WorkflowUpdate extends ClusterMessage {

  /**
   * There are events up to this one. To be read from the journal: this may be lost, or be told
   * twice.
   */
  record Advanced(long sequenceNr, boolean ended) implements WorkflowUpdate {}

  /**
   * A piece of text on its way; never stored.
   *
   * @param lane whose voice it is; empty in a conversation, which has one
   * @param offset of its first character in the step's output
   */
  record Piece(String step, String lane, int attempt, int offset, String text)
      implements WorkflowUpdate {}
}
