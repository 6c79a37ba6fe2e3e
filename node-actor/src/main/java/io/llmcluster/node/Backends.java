package io.llmcluster.node;

import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendStatus;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds the backend that a node's description means, and looks at it. */
@FunctionalInterface
public interface Backends {

  /**
   * @param spec what the operator said
   * @param known the backend that was found before; null: none yet, find out what answers there
   * @return never fails for trouble with the backend: that is part of the status
   */
  CompletionStage<Found> look(NodeSpec spec, @Nullable Backend known);

  /**
   * What a look found.
   *
   * @param backend null while nothing answers that could be recognised
   */
  record Found(@Nullable Backend backend, BackendStatus status) {}
}
