package io.llmcluster.gateway.api;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.inference.WireBytes;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.gateway.relay.PullProgressMerge;
import io.llmcluster.gateway.relay.Replies;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.RequestReader;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The endpoints that look after models on nodes: show, pull, delete, copy. Pull and delete may name
 * nodes ({@code "nodes": ["a", "b"]}); by default a pull goes to the node with the most room,
 * delete and copy to all that have the model.
 */
public final class ModelApi {

  private final RequestBody bodies;
  private final NodeAccess nodes;
  private final PullProgressMerge pulls;

  public ModelApi(RequestBody bodies, NodeAccess nodes, PullProgressMerge pulls) {
    this.bodies = bodies;
    this.nodes = nodes;
    this.pulls = pulls;
  }

  public void addTo(Router router) {
    add(router, HttpMethods.POST, Endpoint.SHOW, this::show);
    add(router, HttpMethods.POST, Endpoint.PULL, this::pull);
    add(router, HttpMethods.DELETE, Endpoint.DELETE, this::delete);
    add(router, HttpMethods.POST, Endpoint.COPY, this::copy);
  }

  private void add(
      Router router,
      HttpMethod method,
      Endpoint endpoint,
      BiFunction<Exchange, DecodedRequest, CompletionStage<HttpResponse>> handler) {
    router.at(
        method,
        endpoint.path(),
        exchange ->
            bodies
                .read(exchange)
                .thenCompose(body -> handler.apply(exchange, RequestReader.read(endpoint, body)))
                .exceptionally(failure -> Failures.toResponse(exchange.id(), endpoint, failure)));
  }

  private CompletionStage<HttpResponse> show(Exchange exchange, DecodedRequest request) {
    NodeEntry node = nodes.having(request.model()).get(0);
    return nodes
        .service(node)
        .show(message(exchange, request, node))
        .thenApply(
            reply ->
                Replies.servedBy(
                    Replies.json(reply.getStatus(), WireBytes.toPekko(reply.getBody())),
                    node.name()));
  }

  private CompletionStage<HttpResponse> pull(Exchange exchange, DecodedRequest request) {
    List<NodeEntry> targets =
        request.nodes().isEmpty() ? List.of(nodes.roomiest()) : nodes.named(request.nodes());
    CompletionStage<HttpResponse> response =
        request.stream()
            ? CompletableFuture.completedStage(
                pulls.stream(exchange, targets, node -> pullOn(exchange, request, node)))
            : pulls.whole(exchange, targets, node -> pullOn(exchange, request, node));
    return response.thenApply(answer -> Replies.servedBy(answer, NodeAccess.names(targets)));
  }

  private org.apache.pekko.stream.javadsl.Source<
          io.llmcluster.core.protocol.PullProgress, org.apache.pekko.NotUsed>
      pullOn(Exchange exchange, DecodedRequest request, NodeEntry node) {
    return nodes.service(node).pull(message(exchange, request, node));
  }

  private CompletionStage<HttpResponse> delete(Exchange exchange, DecodedRequest request) {
    List<NodeEntry> targets =
        request.nodes().isEmpty() ? nodes.having(request.model()) : nodes.named(request.nodes());
    return onAll(targets, node -> nodes.service(node).delete(message(exchange, request, node)));
  }

  private CompletionStage<HttpResponse> copy(Exchange exchange, DecodedRequest request) {
    return onAll(
        nodes.having(request.source()),
        node ->
            nodes
                .service(node)
                .copy(
                    CopyRequest.newBuilder()
                        .setNode(node.name())
                        .setRequestId(exchange.id())
                        .setSource(request.source())
                        .setDestination(request.destination())
                        .build()));
  }

  /** 200 with an empty body if every node did it, else the first error. */
  private static CompletionStage<HttpResponse> onAll(
      List<NodeEntry> targets, Function<NodeEntry, CompletionStage<ControlReply>> call) {
    return Stages.all(targets.stream().map(call).toList())
        .thenApply(
            replies -> {
              Optional<ControlReply> refused =
                  replies.stream().filter(reply -> reply.getStatus() >= 400).findFirst();
              HttpResponse answer =
                  refused
                      .map(
                          reply ->
                              Replies.json(reply.getStatus(), WireBytes.toPekko(reply.getBody())))
                      .orElseGet(HttpResponse::create);
              return Replies.servedBy(answer, NodeAccess.names(targets));
            });
  }

  private static ModelRequest message(Exchange exchange, DecodedRequest request, NodeEntry node) {
    return ModelRequest.newBuilder()
        .setNode(node.name())
        .setRequestId(exchange.id())
        .setModel(request.model())
        .setBody(WireBytes.toProtobuf(request.body()))
        .build();
  }
}
