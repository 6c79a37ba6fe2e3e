package io.llmcluster.node.backend;

import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.NodeHealth;
import java.util.List;

/**
 * What a look at a backend found.
 *
 * @param health {@code UP}, {@code BUSY}, {@code BROKEN} or {@code DOWN}
 * @param reason why it is not up, one line; empty when it is
 * @param version the server's own; empty if it has none
 * @param installed models on its disk
 * @param loaded models in its memory
 * @param parallel requests it runs at a time as far as it tells; 0: it does not tell
 */
public record BackendStatus(
    NodeHealth health,
    String reason,
    String version,
    List<InstalledModel> installed,
    List<LoadedModel> loaded,
    int parallel) {

  public BackendStatus {
    installed = List.copyOf(installed);
    loaded = List.copyOf(loaded);
  }

  /** A backend that could not be looked into. */
  public static BackendStatus trouble(NodeHealth health, String reason) {
    return new BackendStatus(health, reason, "", List.of(), List.of(), 0);
  }
}
