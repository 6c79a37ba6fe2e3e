package io.llmcluster.gateway.server;

import io.llmcluster.core.stream.Folded;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.wire.WireException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/** Reads a request's body whole, within the bounds of size and silence. */
public final class RequestBody {

  private final GatewaySettings settings;
  private final Materializer materializer;

  public RequestBody(GatewaySettings settings, Materializer materializer) {
    this.settings = settings;
    this.materializer = materializer;
  }

  /**
   * Fails with {@link WireException}: 413 for a body too large, 408 for one that stops arriving,
   * 400 for one cut off.
   */
  public CompletionStage<ByteString> read(Exchange exchange) {
    RequestEntity entity = exchange.request().entity();
    if (entity instanceof HttpEntity.Strict strict) {
      return strict.getData().length() > settings.maxBodySize()
          ? CompletableFuture.failedStage(tooLarge())
          : CompletableFuture.completedStage(strict.getData().compact());
    }
    OptionalLong length = entity.getContentLengthOption();
    if (length.isPresent() && length.getAsLong() > settings.maxBodySize()) {
      entity.getDataBytes().runWith(Sink.cancelled(), materializer);
      return CompletableFuture.failedStage(tooLarge());
    }
    return entity
        .withSizeLimit(settings.maxBodySize())
        .getDataBytes()
        .idleTimeout(settings.readTimeout())
        .runWith(
            Folded.sink(
                new ByteStringBuilder(),
                (builder, bytes) -> {
                  builder.append(bytes);
                  return builder;
                }),
            materializer)
        .handle(
            (builder, failure) -> {
              if (failure != null) {
                throw translate(failure);
              }
              return builder.result().compact();
            });
  }

  private WireException tooLarge() {
    return new WireException(
        413, "request body is too large (at most " + settings.maxBodySize() + " bytes)");
  }

  private WireException translate(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof EntityStreamSizeException) {
      return tooLarge();
    }
    return cause instanceof TimeoutException
        ? new WireException(408, "request body stopped arriving")
        : new WireException(400, "unexpected EOF");
  }
}
