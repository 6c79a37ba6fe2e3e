package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.gateway.wire.WireException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which nodes a control call means. */
public final class NodeAccess {

  private final Directory directory;
  private final NodeClients clients;

  public NodeAccess(Directory directory, NodeClients clients) {
    this.directory = directory;
    this.clients = clients;
  }

  NodeService service(NodeEntry node) {
    return clients.serviceOf(node);
  }

  /** Calls the node; never fails, since whatever happens is an answer. */
  CompletionStage<NodeAnswer> ask(
      NodeEntry node, Function<NodeService, CompletionStage<ControlReply>> call) {
    return call.apply(service(node))
        .handle(
            (reply, failure) ->
                failure == null ? NodeAnswer.of(node, reply) : NodeAnswer.failed(node, failure));
  }

  /** Calls them all at once; completes when the last has answered. */
  CompletionStage<List<NodeAnswer>> askAll(
      List<NodeEntry> nodes,
      BiFunction<NodeEntry, NodeService, CompletionStage<ControlReply>> call) {
    return Stages.all(
        nodes.stream().map(node -> ask(node, service -> call.apply(node, service))).toList());
  }

  /** Whether any node has the model. */
  boolean knows(String model) {
    return !directory.view().withModel(ModelName.key(model)).isEmpty();
  }

  /**
   * The healthy nodes that have the model, least loaded first.
   *
   * @throws InferenceFailure if none has it, or none that has it can be reached
   */
  List<NodeEntry> having(String model) {
    DirectoryView view = directory.view();
    List<NodeEntry> having = view.withModel(ModelName.key(model));
    if (having.isEmpty()) {
      throw InferenceFailure.nobodyHas(model, view);
    }
    List<NodeEntry> healthy =
        having.stream()
            .filter(node -> node.health().takesRequests())
            .sorted(Comparator.comparingDouble(this::relativeLoad))
            .toList();
    if (healthy.isEmpty()) {
      throw InferenceFailure.nobodyCanBeReached(model, NodeConstraint.ANY, view);
    }
    return healthy;
  }

  /**
   * The nodes on which a model is to be removed or copied.
   *
   * @param reachable can be asked now
   * @param others have it too, and cannot be asked
   */
  record Holders(List<NodeEntry> reachable, List<NodeAnswer> others) {}

  /**
   * The nodes that have the model, of those whose models can be removed and copied.
   *
   * @throws InferenceFailure if none is known to have it
   */
  Holders holdersOf(String model) {
    DirectoryView view = directory.view();
    List<NodeEntry> having = view.withModel(ModelName.key(model));
    if (having.isEmpty()) {
      throw InferenceFailure.nobodyHas(model, view);
    }
    List<NodeEntry> holding = managing(having);
    return new Holders(
        holding.stream().filter(node -> node.health().takesRequests()).toList(),
        Stream.concat(
                holding.stream()
                    .filter(node -> !node.health().takesRequests())
                    .map(NodeAnswer::notAsked),
                view.missed(ModelName.key(model)).stream()
                    .filter(NodeAccess::mayManage)
                    .map(NodeAnswer::moving))
            .toList());
  }

  /** What nobody stands for may be of a kind that is still to be found out. */
  private static boolean mayManage(NodeSpec node) {
    return node.backend() == BackendKind.AUTO || node.backend().managesModels();
  }

  /**
   * The node that a pull of the model goes to: the {@link PullTarget} of the healthy ones that can
   * fetch models.
   *
   * @throws InferenceFailure if no node can be reached
   */
  NodeEntry toPull(String model) {
    List<NodeEntry> healthy =
        directory.view().nodes().stream().filter(node -> node.health().takesRequests()).toList();
    return PullTarget.of(managing(healthy), model, this::relativeLoad)
        .orElseThrow(() -> new InferenceFailure.NoNode("no node can be reached"));
  }

  /** All of them if there is none that can: then their refusals say why. */
  private static List<NodeEntry> managing(List<NodeEntry> nodes) {
    List<NodeEntry> able =
        nodes.stream().filter(node -> node.spec().backend().managesModels()).toList();
    return able.isEmpty() ? nodes : able;
  }

  /**
   * The nodes of these names, each once.
   *
   * @throws WireException 404 that names the first unknown one
   */
  List<NodeEntry> named(List<String> names) {
    List<NodeEntry> nodes = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      nodes.add(
          directory
              .view()
              .node(name)
              .orElseThrow(() -> new WireException(404, "node '" + name + "' not found")));
    }
    return nodes;
  }

  /** For {@code X-Served-By} when several nodes had a part in it. */
  static String names(List<NodeEntry> nodes) {
    return nodes.stream().map(NodeEntry::name).collect(Collectors.joining(", "));
  }

  private double relativeLoad(NodeEntry node) {
    NodeLoad load = directory.load(node);
    return (double) (load.active() + load.waiting()) / load.capacity();
  }
}
