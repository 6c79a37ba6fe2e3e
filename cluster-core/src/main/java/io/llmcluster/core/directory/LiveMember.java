package io.llmcluster.core.directory;

import java.util.Set;

/**
 * A member that is up and reachable.
 *
 * @param name as {@link NodeEntry#member} names it
 * @param host of its Artery address; members with the same host are on the same machine
 * @param roles its roles
 * @param draining whether it is stopping
 */
public record LiveMember(String name, String host, Set<String> roles, boolean draining) {

  public LiveMember {
    roles = Set.copyOf(roles);
  }

  LiveMember draining(boolean now) {
    return new LiveMember(name, host, roles, now);
  }
}
