package io.llmcluster.core.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the members have said about nodes. Not thread-safe; {@link DirectoryActor} owns it.
 *
 * <p>A node that a member asked for stays wanted when that member dies: another one shall stand for
 * it then.
 */
final class KnownNodes {

  /** Most nodes that are wanted; further ones are ignored. */
  private static final int MOST_WANTED = 1_000;

  private final Map<String, MemberNodes> byMember = new HashMap<>();
  private final Map<String, WantedNode> wanted = new LinkedHashMap<>();

  void heard(String member, String machine, MemberNodes nodes) {
    byMember.put(member, nodes);
    for (NodeSpec spec : nodes.specs()) {
      if (wanted.containsKey(spec.name()) || wanted.size() < MOST_WANTED) {
        wanted.put(spec.name(), new WantedNode(spec, machine));
      }
    }
  }

  boolean hasHeard(String member) {
    return byMember.containsKey(member);
  }

  void gone(String member) {
    byMember.remove(member);
  }

  /** Every member's nodes; those of unreachable members are down for as long. */
  List<NodeEntry> entries(Set<String> unreachable) {
    List<NodeEntry> entries = new ArrayList<>();
    byMember.forEach(
        (member, nodes) ->
            nodes
                .entries()
                .forEach(
                    entry ->
                        entries.add(unreachable.contains(member) ? entry.unreachable() : entry)));
    return entries;
  }

  /** Every node that some member asked for. */
  Collection<WantedNode> wanted() {
    return wanted.values();
  }
}
