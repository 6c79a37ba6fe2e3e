package io.llmcluster.gateway.pattern;

import io.llmcluster.core.stream.Folded;
import io.llmcluster.gateway.wire.WireException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;

/** Reads the messages of a WebSocket, one at a time, within a bound. */
final class SocketText {

  private final long mostCharacters;
  private final Materializer materializer;

  SocketText(long mostCharacters, Materializer materializer) {
    this.mostCharacters = mostCharacters;
    this.materializer = materializer;
  }

  /** The whole text; fails with {@link WireException} 413 or 400. */
  CompletionStage<String> read(Message message) {
    if (!(message instanceof TextMessage text)) {
      ((BinaryMessage) message).getStreamedData().runWith(Sink.ignore(), materializer);
      return CompletableFuture.failedStage(
          new WireException(400, "message: binary (expected: a text)"));
    }
    if (text.isStrict()) {
      return text.getStrictText().length() <= mostCharacters
          ? CompletableFuture.completedStage(text.getStrictText())
          : CompletableFuture.failedStage(tooLarge());
    }
    // One that is too large is read to its end and dropped: cancelling it would break the socket.
    return text.getStreamedText()
        .runWith(Folded.sink(new Arriving(), this::and), materializer)
        .thenApply(
            whole -> {
              if (whole.tooLarge) {
                throw tooLarge();
              }
              return whole.text.toString();
            });
  }

  private Arriving and(Arriving arriving, String piece) {
    if (arriving.text.length() + piece.length() > mostCharacters) {
      arriving.tooLarge = true;
      arriving.text.setLength(0);
    }
    if (!arriving.tooLarge) {
      arriving.text.append(piece);
    }
    return arriving;
  }

  private WireException tooLarge() {
    return new WireException(
        413, "message is too large (at most " + mostCharacters + " characters)");
  }

  /** A text on its way. */
  private static final class Arriving {
    private final StringBuilder text = new StringBuilder();
    private boolean tooLarge;
  }
}
