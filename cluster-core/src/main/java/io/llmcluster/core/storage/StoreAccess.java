package io.llmcluster.core.storage;

import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.core.cluster.ClusterSettings.Role;
import io.llmcluster.core.settings.SettingsException;
import java.util.Optional;

/**
 * Which store a member uses, and the roles that it can have with it. Workflows may run only on
 * members that have one store in common: a second store would be a second truth.
 *
 * @param cluster what the member is to be
 * @param store empty: it needs none, or has none in common with the members that it joins
 * @param leftOut whether the role workflow was asked for and cannot be had
 */
public record StoreAccess(ClusterSettings cluster, Optional<Store> store, boolean leftOut) {

  /** Why {@link #leftOut}, and what to do about it. */
  public static final String WHY_LEFT_OUT =
      "this member joins others and has no store in common with them, so it leaves out the role"
          + " workflow (expected: MONGODB_URI, or storage.server on the machine that has the store)";

  /**
   * @throws SettingsException if nothing is left for the member to do
   */
  public static StoreAccess of(ClusterSettings cluster, StorageSettings storage) {
    boolean workflow = cluster.roles().contains(Role.WORKFLOW);
    if (storage.isShared()) {
      boolean reads = workflow || cluster.roles().contains(Role.GATEWAY);
      return new StoreAccess(
          cluster, reads ? Optional.of(storage.store()) : Optional.empty(), false);
    }
    if (!cluster.joinsOthers()) {
      // Without the role nobody could write to a file that is this process' own.
      return new StoreAccess(
          cluster, workflow ? Optional.of(storage.store()) : Optional.empty(), false);
    }
    if (!workflow) {
      return new StoreAccess(cluster, Optional.empty(), false);
    }
    ClusterSettings rest = cluster.without(Role.WORKFLOW);
    if (rest.roles().isEmpty()) {
      throw new SettingsException("cluster.roles: [workflow]: " + WHY_LEFT_OUT);
    }
    return new StoreAccess(rest, Optional.empty(), true);
  }
}
