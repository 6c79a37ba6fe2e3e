package io.llmcluster.gateway.relay;

import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.server.Chunks;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Media;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.ErrorEnvelope;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster and hands its answer to the client: a stream piece by piece as it comes,
 * anything else whole, so that what breaks before its end is still an ordinary error.
 */
public final class Relay {

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  /**
   * Larger answers are written in parts of this size, so that a client that does not read shows.
   */
  private static final int PART = 64 * 1024;

  /** Of what cannot fail. */
  private static final Function<Throwable, ByteString> NO_END =
      failure -> {
        throw new IllegalStateException(failure);
      };

  private final Inference inference;
  private final GatewaySettings settings;
  private final Materializer materializer;

  public Relay(Inference inference, GatewaySettings settings, Materializer materializer) {
    this.inference = inference;
    this.settings = settings;
    this.materializer = materializer;
  }

  /** Fails with {@link InferenceFailure} if nothing of an answer could be had. */
  public CompletionStage<HttpResponse> ask(
      Exchange exchange, Endpoint endpoint, InferenceRequest request) {
    InferenceCall call = inference.ask(request);
    exchange.cancellation().onCancel(call::cancel);
    return call.answer().thenCompose(answer -> toResponse(exchange, endpoint, answer));
  }

  private CompletionStage<HttpResponse> toResponse(
      Exchange exchange, Endpoint endpoint, InferenceAnswer answer) {
    if (answer instanceof InferenceAnswer.Whole whole) {
      exchange.cancellation().onEnd(whole.release());
      return CompletableFuture.completedStage(whole(exchange, answer, whole.body()));
    }
    Source<ByteString, NotUsed> body = ((InferenceAnswer.Streamed) answer).body();
    if (answer.status() == 200 && Media.isStream(answer.contentType())) {
      return CompletableFuture.completedStage(stream(exchange, endpoint, answer, body));
    }
    return exchange
        .whileClientStays(body)
        .runWith(Folded.sink(ByteString.emptyByteString(), ByteString::concat), materializer)
        .thenApply(whole -> whole(exchange, answer, whole));
  }

  private HttpResponse whole(Exchange exchange, InferenceAnswer answer, ByteString body) {
    HttpResponse response =
        body.length() <= PART
            ? Replies.json(answer.status(), body)
            : HttpResponse.create()
                .withStatus(answer.status())
                .withEntity(Chunks.entity(Media.JSON, parts(body).via(relayed(exchange, NO_END))));
    return Replies.servedBy(response, answer.node());
  }

  private static Source<ByteString, NotUsed> parts(ByteString body) {
    return Source.unfold(
        body,
        rest ->
            rest.isEmpty()
                ? Optional.empty()
                : Optional.of(Pair.create(rest.drop(PART), rest.take(PART))));
  }

  private RelayedBody relayed(Exchange exchange, Function<Throwable, ByteString> lastLine) {
    return new RelayedBody(exchange.cancellation(), settings.writeTimeout(), lastLine);
  }

  private HttpResponse stream(
      Exchange exchange,
      Endpoint endpoint,
      InferenceAnswer answer,
      Source<ByteString, NotUsed> body) {
    RelayedBody relayed =
        relayed(exchange, failure -> errorLine(exchange, endpoint, answer, failure));
    return Replies.servedBy(
        HttpResponse.create()
            .withEntity(Chunks.entity(Media.of(answer.contentType()), body.via(relayed))),
        answer.node());
  }

  /** What stands in a stream for the rest of an answer whose node broke; nothing follows it. */
  private static ByteString errorLine(
      Exchange exchange, Endpoint endpoint, InferenceAnswer answer, Throwable failure) {
    LOG.warn(
        "{} node {} broke in mid-answer: {}", exchange.id(), answer.node(), failure.getMessage());
    String message =
        failure instanceof InferenceFailure known ? known.getMessage() : "the answer broke off";
    return ErrorEnvelope.streamError(endpoint.surface(), String.valueOf(message));
  }
}
