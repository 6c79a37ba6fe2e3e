package io.llmcluster.gateway.server;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.wire.WireException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * Reads a request's body whole, within the bounds of size and silence and of what all bodies
 * together may take.
 */
public final class RequestBody {

  /** A body may be so much over the bound, in bytes, and is read all the same. */
  private static final long DROPPED = 16 * 1024 * 1024;

  /** Silence after which nothing more of such a body is on its way. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final GatewaySettings settings;
  private final ByteBudget budget;
  private final Materializer materializer;
  private final long most;

  public RequestBody(GatewaySettings settings, Materializer materializer) {
    this(settings, ByteBudget.ofThisProcess(), materializer);
  }

  RequestBody(GatewaySettings settings, ByteBudget budget, Materializer materializer) {
    this.settings = settings;
    this.budget = budget;
    this.materializer = materializer;
    this.most = Math.min(settings.maxBodySize(), Math.min(budget.bytes(), Integer.MAX_VALUE - 8));
  }

  /**
   * The body counts against the budget until the exchange is over.
   *
   * <p>Fails with {@link WireException}: 413 for a body too large, 408 for one that stops arriving,
   * 400 for one cut off; and with {@link InferenceFailure.Overloaded} when other bodies leave no
   * room for it.
   */
  public CompletionStage<ByteString> read(Exchange exchange) {
    RequestEntity entity = exchange.request().entity();
    OptionalLong length = entity.getContentLengthOption();
    if (length.isPresent() && length.getAsLong() > most) {
      return refused(exchange.request(), length.getAsLong());
    }
    ByteBudget.Share share = shareOf(exchange);
    if (entity instanceof HttpEntity.Strict strict) {
      return share.grow(strict.getData().length())
          ? CompletableFuture.completedStage(strict.getData().compact())
          : CompletableFuture.failedStage(noRoom());
    }
    ArrivingBody body =
        length.isPresent()
            ? ArrivingBody.ofLength(share, (int) length.getAsLong())
            : ArrivingBody.ofUnknownLength(share);
    // A body that is refused is read to its end all the same: Pekko closes a connection after an
    // early answer, and most clients would see that before they look for the answer.
    return entity
        .withSizeLimit(most)
        .getDataBytes()
        .idleTimeout(settings.readTimeout())
        .runWith(Folded.sink(body, ArrivingBody::and), materializer)
        .handle(
            (whole, failure) -> {
              if (failure != null) {
                throw translate(failure);
              }
              if (whole.isRefused()) {
                throw noRoom();
              }
              return whole.whole();
            });
  }

  /**
   * A body that came another way counts like one that was read.
   *
   * @throws InferenceFailure.Overloaded if others leave no room for it
   */
  public void hold(Exchange exchange, ByteString body) {
    if (!shareOf(exchange).grow(body.length())) {
      throw noRoom();
    }
  }

  private ByteBudget.Share shareOf(Exchange exchange) {
    ByteBudget.Share share = budget.share();
    exchange.cancellation().onEnd(share::release);
    return share;
  }

  /**
   * What is on its way is read and dropped first, so that its client sees the answer; one that
   * waits for leave to send, or has stopped sending, sees it anyway.
   */
  private CompletionStage<ByteString> refused(HttpRequest request, long length) {
    RequestEntity entity = request.entity();
    if (length > most + DROPPED || request.getHeader("Expect").isPresent()) {
      entity.getDataBytes().runWith(Sink.cancelled(), materializer);
      return CompletableFuture.failedStage(tooLarge());
    }
    return entity
        .withSizeLimit(length)
        .getDataBytes()
        .idleTimeout(LINGER)
        .runWith(Folded.sink(0, (none, bytes) -> none), materializer)
        .handle(
            (read, failure) -> {
              throw tooLarge();
            });
  }

  private InferenceFailure noRoom() {
    return new InferenceFailure.Overloaded(
        "too many request bodies at a time", settings.retryAfter());
  }

  private WireException tooLarge() {
    return new WireException(413, "request body is too large (at most " + most + " bytes)");
  }

  private WireException translate(Throwable failure) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof EntityStreamSizeException) {
      return tooLarge();
    }
    return cause instanceof TimeoutException
        ? new WireException(408, "request body stopped arriving")
        : new WireException(400, "unexpected EOF");
  }
}
