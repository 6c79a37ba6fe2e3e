package io.llmcluster.gateway.api;

import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.gateway.relay.Relay;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.Purpose;
import io.llmcluster.gateway.wire.RequestReader;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The endpoints that ask a model: Ollama's and OpenAI's, relayed alike. */
public final class InferenceApi {

  private static final List<Endpoint> RELAYED =
      List.of(
          Endpoint.GENERATE,
          Endpoint.CHAT,
          Endpoint.CHAT_STREAM,
          Endpoint.EMBED,
          Endpoint.EMBEDDINGS,
          Endpoint.V1_CHAT,
          Endpoint.V1_COMPLETIONS,
          Endpoint.V1_EMBEDDINGS,
          Endpoint.V1_RESPONSES,
          Endpoint.V1_MESSAGES);

  private final RequestBody bodies;
  private final Relay relay;
  private final Unloading unloading;

  public InferenceApi(RequestBody bodies, Relay relay, Unloading unloading) {
    this.bodies = bodies;
    this.relay = relay;
    this.unloading = unloading;
  }

  public void addTo(Router router) {
    for (Endpoint endpoint : RELAYED) {
      router.at(HttpMethods.POST, endpoint.path(), exchange -> handle(endpoint, exchange));
    }
  }

  private CompletionStage<HttpResponse> handle(Endpoint endpoint, Exchange exchange) {
    return bodies
        .read(exchange)
        .thenCompose(body -> ask(endpoint, exchange, RequestReader.read(endpoint, body)))
        .exceptionally(failure -> Failures.toResponse(exchange.id(), endpoint, failure));
  }

  private CompletionStage<HttpResponse> ask(
      Endpoint endpoint, Exchange exchange, DecodedRequest request) {
    if (request.purpose() == Purpose.UNLOAD) {
      return unloading.unload(exchange, endpoint, request);
    }
    return relay.ask(
        exchange,
        endpoint,
        new InferenceRequest(
            exchange.id(),
            endpoint.operation(),
            request.model(),
            request.stream(),
            request.body()));
  }
}
