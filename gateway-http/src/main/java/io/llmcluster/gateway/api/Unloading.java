package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.LoadAnswer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Unloading a model means all nodes that have it, not whichever would answer first. Those that do
 * not seem to hold it are asked as well: what is loaded is known a second late, and a node that has
 * nothing to unload says so at once.
 */
public final class Unloading {

  private final NodeAccess nodes;

  public Unloading(NodeAccess nodes) {
    this.nodes = nodes;
  }

  CompletionStage<HttpResponse> unload(
      Exchange exchange, Endpoint endpoint, DecodedRequest request) {
    List<NodeEntry> having = nodes.having(request.model());
    return nodes
        .askAll(
            having,
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
                    .orElseGet(() -> unloaded(endpoint, request, having)));
  }

  private static HttpResponse unloaded(
      Endpoint endpoint, DecodedRequest request, List<NodeEntry> asked) {
    return Replies.servedBy(
        Replies.json(LoadAnswer.unloaded(endpoint, request.model())), NodeAccess.names(asked));
  }
}
