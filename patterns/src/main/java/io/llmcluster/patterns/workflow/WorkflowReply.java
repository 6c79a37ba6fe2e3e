package io.llmcluster.patterns.workflow;

import io.llmcluster.core.serialization.ClusterMessage;
import io.llmcluster.patterns.program.RefusedRequest;

/** The answer to a {@link WorkflowCommand.Asked}. */
public sealed interface WorkflowReply extends ClusterMessage {

  /**
   * It is done and durable.
   *
   * @param sequenceNr of the last event
   */
  record Done(long sequenceNr) implements WorkflowReply {}

  /**
   * It is not done, and nothing has changed.
   *
   * @param why in which way it was wrong
   * @param reason one line
   */
  record Refused(Why why, String reason) implements WorkflowReply {}

  /** In which way a command was wrong. */
  enum Why {
    /** The request cannot be run as it stands. */
    INVALID,
    /** There is no such workflow, step or input. */
    UNKNOWN,
    /** It does not fit the state that the workflow is in. */
    CONFLICT,
    /** Nobody is there who could do it; later there may be. */
    UNAVAILABLE;

    /** What a program says of a request. */
    static Why of(RefusedRequest refused) {
      return refused.isForNow() ? UNAVAILABLE : INVALID;
    }
  }
}
