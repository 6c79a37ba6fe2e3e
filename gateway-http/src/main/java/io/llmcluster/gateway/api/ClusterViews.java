package io.llmcluster.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.llmcluster.core.directory.ClusterMember;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelSpeed;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.model.ModelName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /api/cluster/*} and {@code /api/nodes} show; names in camelCase, unknown things left
 * out.
 */
final class ClusterViews {

  private ClusterViews() {}

  record Member(String address, List<String> roles, String status) {
    static Member of(ClusterMember member) {
      return new Member(
          member.name().replaceFirst("^pekko://[^@]*@", "").replaceFirst("#.*$", ""),
          member.roles().stream().filter(role -> !role.startsWith("dc-")).sorted().toList(),
          member.status().id());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Node(
      String name,
      String host,
      int port,
      String member,
      String backend,
      String version,
      String type,
      String platform,
      List<String> capabilities,
      String health,
      String reason,
      @JsonInclude int active,
      @JsonInclude int waiting,
      @JsonInclude int capacity,
      @JsonInclude double failureRate,
      Hardware hardware,
      @JsonInclude List<String> models,
      @JsonInclude List<String> loaded,
      Map<String, ModelSpeed> speeds) {

    static Node of(NodeEntry entry, NodeLoad load) {
      return new Node(
          entry.name(),
          entry.spec().host(),
          entry.spec().port(),
          entry.member().replaceFirst("^pekko://[^@]*@", "").replaceFirst("#.*$", ""),
          entry.spec().backend().name().toLowerCase(java.util.Locale.ROOT),
          entry.version(),
          entry.spec().type(),
          entry.spec().platform(),
          entry.spec().capabilities(),
          entry.health().id(),
          entry.reason(),
          load.active(),
          load.waiting(),
          load.capacity(),
          load.failureRate(),
          entry.hardware(),
          entry.installed().stream().map(InstalledModel::name).toList(),
          entry.loaded().stream().map(LoadedModel::name).toList(),
          new TreeMap<>(entry.speeds()));
    }
  }

  record Status(List<Member> members, List<Node> nodes, Queue queue) {}

  /** Of the gateway that was asked. */
  record Queue(int underWay, int waiting) {}

  record Nodes(List<Node> nodes) {}

  /** A model and where it is. */
  record Model(String name, long size, List<String> nodes, List<String> loadedOn) {}

  record Models(List<Model> models) {}

  record NodeModels(String node, List<InstalledModel> models, List<LoadedModel> loaded) {}

  static List<Node> nodes(Directory directory) {
    return directory.view().nodes().stream()
        .map(entry -> Node.of(entry, directory.load(entry)))
        .toList();
  }

  static Models models(Directory directory) {
    Map<String, Model> byKey = new TreeMap<>();
    for (NodeEntry node : directory.view().nodes()) {
      for (InstalledModel model : node.installed()) {
        String key = ModelName.key(model.name());
        byKey.computeIfAbsent(
            key,
            k -> {
              List<NodeEntry> having = directory.view().withModel(k);
              return new Model(
                  model.name(),
                  model.size(),
                  having.stream().map(NodeEntry::name).toList(),
                  having.stream().filter(n -> n.hasLoaded(k)).map(NodeEntry::name).toList());
            });
      }
    }
    return new Models(List.copyOf(byKey.values()));
  }
}
