package io.llmcluster.node;

import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.node.backend.BackendStatus;

/** When a look at a backend changes what the cluster thinks of it. */
final class HealthRule {

  /** A single look that fails may be a machine under load; two in a row are not. */
  private static final int TROUBLES = 2;

  private HealthRule() {}

  /**
   * What counts from now on. A node in trouble keeps the models that it was known to have: it may
   * come back, and a request for one of them is told of the outage and not that there is no such
   * model.
   *
   * @param before what counted until now
   * @param seen what the look found
   * @param troubles looks in a row that failed, this one included
   */
  static BackendStatus next(BackendStatus before, BackendStatus seen, int troubles) {
    if (seen.health().takesRequests() && seen.health() != NodeHealth.BUSY) {
      return seen;
    }
    boolean patient =
        before.health().takesRequests() && troubles < TROUBLES && seen.health() != NodeHealth.BUSY;
    return new BackendStatus(
        patient ? before.health() : seen.health(),
        patient ? before.reason() : seen.reason(),
        before.version(),
        before.installed(),
        patient || seen.health() == NodeHealth.BUSY ? before.loaded() : java.util.List.of(),
        before.parallel());
  }
}
