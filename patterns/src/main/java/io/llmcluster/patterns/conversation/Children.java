package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.call.CallResult;
import java.util.concurrent.CompletionStage;

/** The workflows that answer messages. */
public interface Children {

  /**
   * Begins a workflow, or takes up the one that was begun under that id, and waits for its end.
   *
   * @param request of a new one; one that is there keeps its own
   */
  Watched begin(String id, String pattern, ObjectNode request, String tenant);

  /** Nobody needs its answer: it stops paying. */
  void cancel(String id);

  /**
   * A workflow under way.
   *
   * @param result its end; fails if it cannot be begun or followed now, but may be later
   * @param stop ends the watching, not the workflow
   */
  record Watched(CompletionStage<CallResult> result, Runnable stop) {}
}
