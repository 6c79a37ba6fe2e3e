package io.llmcluster.core.directory;

import java.util.Locale;
import java.util.Set;
import org.apache.pekko.cluster.MemberStatus;

/**
 * A member of the cluster, however it is, as this member sees it; for those who look after the
 * cluster. Work is given to a {@link LiveMember}.
 *
 * @param name as {@link NodeEntry#member} names it
 * @param roles its roles
 * @param status how it is
 */
public record ClusterMember(String name, Set<String> roles, Status status) {

  /** How a member is. */
  public enum Status {
    /** Known to the cluster, and not part of it yet. */
    JOINING,
    UP,
    /** It finishes what it has, or is on its way out. */
    LEAVING,
    /** Does not answer; it comes back or will be removed. */
    UNREACHABLE,
    /** Taken for dead, and about to be removed. */
    DOWN;

    /** As the API writes it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Status of(MemberStatus status) {
      if (status.equals(MemberStatus.joining()) || status.equals(MemberStatus.weaklyUp())) {
        return JOINING;
      }
      if (status.equals(MemberStatus.up())) {
        return UP;
      }
      return status.equals(MemberStatus.down()) || status.equals(MemberStatus.removed())
          ? DOWN
          : LEAVING;
    }
  }

  public ClusterMember {
    roles = Set.copyOf(roles);
  }

  ClusterMember seen(boolean unreachable, boolean draining) {
    if (unreachable && status != Status.DOWN) {
      return new ClusterMember(name, roles, Status.UNREACHABLE);
    }
    return draining && status == Status.UP ? new ClusterMember(name, roles, Status.LEAVING) : this;
  }
}
