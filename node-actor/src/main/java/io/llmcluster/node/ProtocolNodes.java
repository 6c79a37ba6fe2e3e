package io.llmcluster.node;

import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.protocol.NodeState;
import java.util.List;

/** Nodes and models between the directory's form and the node protocol's. */
public final class ProtocolNodes {

  private ProtocolNodes() {}

  static NodeState write(NodeEntry node, NodeLoad load) {
    return NodeState.newBuilder()
        .setName(node.name())
        .setHealth(node.health().id())
        .setReason(node.reason())
        .addAllInstalled(node.installed().stream().map(ProtocolNodes::write).toList())
        .addAllLoaded(node.loaded().stream().map(ProtocolNodes::write).toList())
        .setActive(load.active())
        .setWaiting(load.waiting())
        .setCapacity(load.capacity())
        .build();
  }

  private static io.llmcluster.core.protocol.InstalledModel write(InstalledModel model) {
    ModelDetails details = model.details();
    return io.llmcluster.core.protocol.InstalledModel.newBuilder()
        .setName(model.name())
        .setModifiedAt(model.modifiedAt())
        .setSize(model.size())
        .setDigest(model.digest())
        .setParentModel(details.parentModel())
        .setFormat(details.format())
        .setFamily(details.family())
        .addAllFamilies(details.families())
        .setParameterSize(details.parameterSize())
        .setQuantizationLevel(details.quantizationLevel())
        .setContextLength(details.contextLength())
        .setEmbeddingLength(details.embeddingLength())
        .addAllCapabilities(model.capabilities())
        .setRemoteModel(model.remoteModel())
        .setRemoteHost(model.remoteHost())
        .build();
  }

  private static io.llmcluster.core.protocol.LoadedModel write(LoadedModel model) {
    return io.llmcluster.core.protocol.LoadedModel.newBuilder()
        .setName(model.name())
        .setSize(model.size())
        .setSizeVram(model.sizeVram())
        .setContextLength(model.contextLength())
        .setExpiresAt(model.expiresAt())
        .build();
  }

  /** The models on a node's disk. */
  public static List<InstalledModel> installed(NodeState node) {
    return node.getInstalledList().stream()
        .map(
            model ->
                new InstalledModel(
                    model.getName(),
                    model.getModifiedAt(),
                    model.getSize(),
                    model.getDigest(),
                    new ModelDetails(
                        model.getParentModel(),
                        model.getFormat(),
                        model.getFamily(),
                        model.getFamiliesList(),
                        model.getParameterSize(),
                        model.getQuantizationLevel(),
                        model.getContextLength(),
                        model.getEmbeddingLength()),
                    model.getCapabilitiesList(),
                    model.getRemoteModel(),
                    model.getRemoteHost()))
        .toList();
  }

  /** The models in a node's memory. */
  public static List<LoadedModel> loaded(NodeState node) {
    return node.getLoadedList().stream()
        .map(
            model ->
                new LoadedModel(
                    model.getName(),
                    model.getSize(),
                    model.getSizeVram(),
                    model.getContextLength(),
                    model.getExpiresAt()))
        .toList();
  }
}
