package io.llmcluster.gateway.api;

import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.gateway.pattern.PatternModels;
import io.llmcluster.gateway.relay.Relay;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Failures;
import io.llmcluster.gateway.server.RequestBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.Purpose;
import io.llmcluster.gateway.wire.RequestReader;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

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
  private final PatternModels patterns;

  public InferenceApi(
      RequestBody bodies, Relay relay, Unloading unloading, PatternModels patterns) {
    this.bodies = bodies;
    this.relay = relay;
    this.unloading = unloading;
    this.patterns = patterns;
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

  /** Answers a body of {@code /api/chat} that came another way; never fails. */
  public CompletionStage<HttpResponse> chat(Exchange exchange, ByteString body) {
    return CompletableFuture.completedStage(body)
        .thenCompose(
            whole -> {
              bodies.hold(exchange, whole);
              return ask(Endpoint.CHAT, exchange, RequestReader.read(Endpoint.CHAT, whole));
            })
        .exceptionally(failure -> Failures.toResponse(exchange.id(), Endpoint.CHAT, failure));
  }

  private CompletionStage<HttpResponse> ask(
      Endpoint endpoint, Exchange exchange, DecodedRequest request) {
    Optional<CompletionStage<HttpResponse>> pattern = patterns.answer(exchange, endpoint, request);
    if (pattern.isPresent()) {
      return pattern.get();
    }
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
