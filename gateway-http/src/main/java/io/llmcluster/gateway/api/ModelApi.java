package io.llmcluster.gateway.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.gateway.relay.PullProgressMerge;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Failures;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.RequestReader;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that look after models on nodes: show, pull, delete, copy. Pull and delete may name
 * nodes ({@code "nodes": ["a", "b"]}); by default a pull goes to the {@link PullTarget}, delete and
 * copy to all that have the model, if their servers can do it.
 */
public final class ModelApi {

  private static final Logger LOG = LoggerFactory.getLogger(ModelApi.class);

  private final RequestBody bodies;
  private final NodeAccess nodes;
  private final PullProgressMerge pulls;
  private final ListedPatterns patterns;

  public ModelApi(
      RequestBody bodies, NodeAccess nodes, PullProgressMerge pulls, ListedPatterns patterns) {
    this.bodies = bodies;
    this.nodes = nodes;
    this.pulls = pulls;
    this.patterns = patterns;
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
    Optional<ObjectNode> pattern =
        nodes.knows(request.model()) ? Optional.empty() : patterns.show(request.model());
    return pattern.isPresent()
        ? CompletableFuture.completedStage(JsonBody.answer(200, pattern.get()))
        : show(exchange, request, nodes.having(request.model()).iterator());
  }

  private CompletionStage<HttpResponse> show(
      Exchange exchange, DecodedRequest request, Iterator<NodeEntry> candidates) {
    NodeEntry node = candidates.next();
    return nodes
        .ask(node, service -> service.show(message(exchange, request, node)))
        .thenCompose(
            answer -> {
              if (!answer.asksAnother() || !candidates.hasNext()) {
                return CompletableFuture.completedStage(answer.toResponse());
              }
              LOG.info(
                  "{} node {} answered {}, asking another",
                  exchange.id(),
                  node.name(),
                  answer.status());
              return show(exchange, request, candidates);
            });
  }

  private CompletionStage<HttpResponse> pull(Exchange exchange, DecodedRequest request) {
    boolean named = !request.nodes().isEmpty();
    List<NodeEntry> targets =
        named ? nodes.named(request.nodes()) : List.of(nodes.toPull(request.model()));
    CompletionStage<HttpResponse> response =
        request.stream()
            ? pulls.stream(exchange, targets, named, node -> pullOn(exchange, request, node))
            : pulls.whole(exchange, targets, named, node -> pullOn(exchange, request, node));
    return response.thenApply(answer -> Replies.servedBy(answer, NodeAccess.names(targets)));
  }

  private org.apache.pekko.stream.javadsl.Source<
          io.llmcluster.core.protocol.PullProgress, org.apache.pekko.NotUsed>
      pullOn(Exchange exchange, DecodedRequest request, NodeEntry node) {
    return nodes.service(node).pull(message(exchange, request, node));
  }

  private CompletionStage<HttpResponse> delete(Exchange exchange, DecodedRequest request) {
    BiFunction<NodeEntry, NodeService, CompletionStage<ControlReply>> call =
        (node, service) -> service.delete(message(exchange, request, node));
    return request.nodes().isEmpty()
        ? onAllThatHave(request.model(), call)
        : nodes.askAll(nodes.named(request.nodes()), call).thenApply(ControlAnswers::each);
  }

  private CompletionStage<HttpResponse> copy(Exchange exchange, DecodedRequest request) {
    return onAllThatHave(
        request.source(),
        (node, service) ->
            service.copy(
                CopyRequest.newBuilder()
                    .setNode(node.name())
                    .setRequestId(exchange.id())
                    .setSource(request.source())
                    .setDestination(request.destination())
                    .build()));
  }

  /** Done where it can be; a node where it cannot is a failure, and named. */
  private CompletionStage<HttpResponse> onAllThatHave(
      String model, BiFunction<NodeEntry, NodeService, CompletionStage<ControlReply>> call) {
    NodeAccess.Holders holders = nodes.holdersOf(model);
    return nodes
        .askAll(holders.reachable(), call)
        .thenApply(answers -> ControlAnswers.together(answers, holders.others()));
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
