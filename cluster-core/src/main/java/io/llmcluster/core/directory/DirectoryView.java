package io.llmcluster.core.directory;

import io.llmcluster.core.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All nodes at one moment; immutable, so that whoever reads it needs no lock. */
public final class DirectoryView {

  public static final DirectoryView EMPTY = of(List.of(), List.of(), List.of());

  /**
   * A node that no member stands for at the moment, and what it had when one did.
   *
   * @param modelKeys as {@link ModelName#key} makes them
   */
  record Missed(NodeSpec spec, Set<String> modelKeys) {}

  private final Collection<WantedNode> wanted;
  private final List<LiveMember> members;
  private final Map<String, NodeEntry> byName;
  private final Map<String, List<NodeEntry>> byModel;
  private final Map<String, Set<String>> keysByNode;
  private final List<Missed> missed;
  private final List<ClusterMember> everyMember;

  private DirectoryView(
      Collection<WantedNode> wanted,
      Collection<LiveMember> members,
      Map<String, NodeEntry> byName,
      Map<String, List<NodeEntry>> byModel,
      Map<String, Set<String>> keysByNode,
      Collection<Missed> missed,
      Collection<ClusterMember> everyMember) {
    this.wanted = List.copyOf(wanted);
    this.members = List.copyOf(members);
    this.byName = byName;
    this.byModel = byModel;
    this.keysByNode = keysByNode;
    this.missed = List.copyOf(missed);
    this.everyMember = List.copyOf(everyMember);
  }

  /** The same when no node is missed. */
  public static DirectoryView of(
      Collection<WantedNode> wanted,
      Collection<LiveMember> members,
      Collection<NodeEntry> entries) {
    return of(wanted, members, entries, List.of());
  }

  /**
   * Of two entries with one name, the one that takes requests counts, then the later one.
   *
   * @param wanted nodes that the cluster should have
   * @param members that are up and reachable
   * @param entries nodes that members stand for
   * @param missed those of the wanted ones that nobody stands for yet
   */
  static DirectoryView of(
      Collection<WantedNode> wanted,
      Collection<LiveMember> members,
      Collection<NodeEntry> entries,
      Collection<Missed> missed) {
    Map<String, NodeEntry> sorted = new TreeMap<>();
    for (NodeEntry entry : entries) {
      sorted.merge(entry.name(), entry, DirectoryView::truer);
    }
    Map<String, NodeEntry> byName = new LinkedHashMap<>(sorted);
    Map<String, List<NodeEntry>> byModel = new HashMap<>();
    Map<String, Set<String>> keysByNode = new HashMap<>();
    for (NodeEntry entry : byName.values()) {
      Set<String> keys =
          entry.installed().stream()
              .map(model -> ModelName.key(model.name()))
              .collect(Collectors.toSet());
      keysByNode.put(entry.name(), keys);
      keys.forEach(key -> byModel.computeIfAbsent(key, k -> new ArrayList<>()).add(entry));
    }
    byModel.replaceAll((key, nodes) -> List.copyOf(nodes));
    return new DirectoryView(wanted, members, byName, byModel, keysByNode, missed, List.of());
  }

  /** The same, and who is in the cluster. */
  DirectoryView withEveryMember(Collection<ClusterMember> all) {
    return new DirectoryView(wanted, members, byName, byModel, keysByNode, missed, all);
  }

  private static NodeEntry truer(NodeEntry one, NodeEntry other) {
    if (one.health().takesRequests() != other.health().takesRequests()) {
      return one.health().takesRequests() ? one : other;
    }
    return one.incarnation() >= other.incarnation() ? one : other;
  }

  /** Nodes that the cluster should have, whether a member stands for them yet or not. */
  public Collection<WantedNode> wanted() {
    return wanted;
  }

  /** The members that are up and reachable. */
  public List<LiveMember> members() {
    return members;
  }

  /** All members of the cluster, also those that are not up or not reachable, sorted by name. */
  public List<ClusterMember> everyMember() {
    return everyMember;
  }

  /** All nodes, sorted by name. */
  public Collection<NodeEntry> nodes() {
    return byName.values();
  }

  public Optional<NodeEntry> node(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The nodes that have the model on disk, whatever their health.
   *
   * @param modelKey as {@link ModelName#key} makes it
   */
  public List<NodeEntry> withModel(String modelKey) {
    return byModel.getOrDefault(modelKey, List.of());
  }

  /**
   * Whether the node has the model on disk.
   *
   * @param modelKey as {@link ModelName#key} makes it
   */
  public boolean has(String node, String modelKey) {
    return keysByNode.getOrDefault(node, Set.of()).contains(modelKey);
  }

  /**
   * Nodes that had the model when a member stood for them last, and that another member can stand
   * for: they are on their way to it.
   *
   * @param modelKey as {@link ModelName#key} makes it
   */
  public List<NodeSpec> missed(String modelKey) {
    return missed.stream()
        .filter(node -> node.modelKeys().contains(modelKey))
        .map(Missed::spec)
        .toList();
  }
}
