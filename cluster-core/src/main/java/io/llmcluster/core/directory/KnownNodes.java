package io.llmcluster.core.directory;

import io.llmcluster.core.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the members have said about nodes. Not thread-safe; {@link DirectoryActor} owns it.
 *
 * <p>Members that have heard the same want the same nodes, in whatever order they heard it: of
 * several that ask for one name the member with the lowest name is followed. A node stays wanted
 * when nobody is left who asks for it: another member shall stand for it then.
 */
final class KnownNodes {

  /** Most nodes that are wanted. Those that nobody living asks for go first. */
  private static final int MOST_WANTED = 1_000;

  private static final Comparator<WantedNode> SAME_CHOICE_EVERYWHERE =
      Comparator.comparing(WantedNode::machine).thenComparing(node -> node.spec().toString());

  /** What a member said, and the host that it is on. */
  private record Said(String machine, MemberNodes nodes) {}

  private final Map<String, Said> byMember = new TreeMap<>();

  /** Nodes that no living member asks for, the longest known first. */
  private final Map<String, WantedNode> inherited = new LinkedHashMap<>();

  /** Of wanted nodes, by name: the keys of the models that they had when they took requests. */
  private final Map<String, Set<String>> had = new HashMap<>();

  /** By name, in the order of the names. */
  private Map<String, WantedNode> asked = new TreeMap<>();

  /** What was wrong with what was said, in words for the log. */
  private Set<String> complaints = new TreeSet<>();

  void heard(String member, String machine, MemberNodes nodes) {
    byMember.put(member, new Said(machine, nodes));
    Map<String, WantedNode> before = asked;
    lookThrough();
    inherit(before);
    for (WantedNode node : nodes.inherited()) {
      if (!asked.containsKey(node.spec().name())) {
        inherited.merge(
            node.spec().name(),
            node,
            (one, other) -> SAME_CHOICE_EVERYWHERE.compare(one, other) <= 0 ? one : other);
      }
    }
    evict();
    remember(nodes.entries());
  }

  private void remember(List<NodeEntry> entries) {
    for (NodeEntry entry : entries) {
      if (entry.health().takesRequests()) {
        had.put(
            entry.name(),
            entry.installed().stream()
                .map(model -> ModelName.key(model.name()))
                .collect(Collectors.toUnmodifiableSet()));
      }
    }
    had.keySet().removeIf(name -> !asked.containsKey(name) && !inherited.containsKey(name));
  }

  boolean hasHeard(String member) {
    return byMember.containsKey(member);
  }

  void gone(String member) {
    byMember.remove(member);
    Map<String, WantedNode> before = asked;
    lookThrough();
    inherit(before);
    evict();
  }

  boolean isDraining(String member) {
    Said said = byMember.get(member);
    return said != null && said.nodes().draining();
  }

  private void lookThrough() {
    asked = new TreeMap<>();
    complaints = new TreeSet<>();
    byMember.forEach(
        (member, said) -> {
          for (NodeSpec spec : said.nodes().specs()) {
            WantedNode node = new WantedNode(spec, said.machine());
            WantedNode first = asked.putIfAbsent(spec.name(), node);
            if (first != null) {
              compare(first, node, member);
            }
          }
        });
    if (asked.size() > MOST_WANTED) {
      complaints.add(
          "more than " + MOST_WANTED + " nodes are asked for; the last of their names are ignored");
      asked.keySet().removeAll(asked.keySet().stream().skip(MOST_WANTED).toList());
    }
  }

  private void compare(WantedNode first, WantedNode other, String member) {
    String name = "node " + first.spec().name() + ", which " + member + " asks for,";
    if (!first.spec().equals(other.spec())) {
      complaints.add(name + " is described differently by another member; that one is followed");
    } else if (first.spec().isLoopback() && !first.machine().equals(other.machine())) {
      complaints.add(
          name
              + " is on "
              + first.machine()
              + " already; a backend on the loopback of "
              + other.machine()
              + " needs a name of its own");
    }
  }

  private void inherit(Map<String, WantedNode> before) {
    before.forEach(inherited::putIfAbsent);
    inherited.keySet().removeAll(asked.keySet());
  }

  private void evict() {
    int most = MOST_WANTED - asked.size();
    if (inherited.size() > most) {
      List<String> oldest =
          inherited.keySet().stream().limit(inherited.size() - (long) most).toList();
      complaints.add("too many nodes; forgotten, since no member asks for them: " + oldest);
      inherited.keySet().removeAll(oldest);
    }
  }

  /** What was wrong with what was said last, in words for the log. */
  Set<String> complaints() {
    return complaints;
  }

  /** Every member's nodes; those of unreachable members are down for as long. */
  List<NodeEntry> entries(Set<String> unreachable) {
    List<NodeEntry> entries = new ArrayList<>();
    byMember.forEach(
        (member, said) ->
            said.nodes()
                .entries()
                .forEach(
                    entry ->
                        entries.add(unreachable.contains(member) ? entry.unreachable() : entry)));
    return entries;
  }

  /** Every node that some member asks for or, when it lived, asked for. */
  Collection<WantedNode> wanted() {
    Map<String, WantedNode> all = new HashMap<>(inherited);
    all.putAll(asked);
    return new TreeMap<>(all).values();
  }

  /**
   * Those of them that had models, and that nobody stands for yet who has seen which they have now.
   *
   * @param live members that are up and reachable; a node that none of them could stand for will
   *     not come back
   * @param entries nodes that members stand for
   */
  List<DirectoryView.Missed> missed(Collection<LiveMember> live, Collection<NodeEntry> entries) {
    Set<String> seen =
        entries.stream()
            .filter(entry -> entry.health().takesRequests() || !entry.installed().isEmpty())
            .filter(entry -> entry.health() != NodeHealth.DRAINING)
            .map(NodeEntry::name)
            .collect(Collectors.toSet());
    return wanted().stream()
        .filter(node -> had.containsKey(node.spec().name()) && !seen.contains(node.spec().name()))
        .filter(node -> live.stream().anyMatch(node::canBeStoodForBy))
        .map(
            node ->
                new DirectoryView.Missed(
                    node.spec(), had.getOrDefault(node.spec().name(), Set.of())))
        .toList();
  }

  /** Those of them that nobody living asks for. */
  List<WantedNode> inherited() {
    return List.copyOf(inherited.values());
  }
}
