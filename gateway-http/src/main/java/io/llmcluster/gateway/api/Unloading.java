package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.LoadAnswer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Unloading a model means all nodes that hold it, not whichever would answer first. */
public final class Unloading {

  private final NodeAccess nodes;

  public Unloading(NodeAccess nodes) {
    this.nodes = nodes;
  }

  CompletionStage<HttpResponse> unload(
      Exchange exchange, Endpoint endpoint, DecodedRequest request) {
    String key = ModelName.key(request.model());
    List<NodeEntry> holding =
        nodes.having(request.model()).stream().filter(node -> node.hasLoaded(key)).toList();
    return nodes
        .askAll(
            holding,
            (node, service) ->
                service.unload(
                    ModelRequest.newBuilder()
                        .setNode(node.name())
                        .setRequestId(exchange.id())
                        .setModel(request.model())
                        .build()))
        .thenApply(
            answers ->
                answers.stream()
                    .filter(answer -> !answer.succeeded())
                    .findFirst()
                    .map(NodeAnswer::toResponse)
                    .orElseGet(() -> unloaded(endpoint, request, holding)));
  }

  private static HttpResponse unloaded(
      Endpoint endpoint, DecodedRequest request, List<NodeEntry> holding) {
    HttpResponse answer = Replies.json(LoadAnswer.unloaded(endpoint, request.model()));
    return holding.isEmpty() ? answer : Replies.servedBy(answer, NodeAccess.names(holding));
  }
}
