package io.llmcluster.node.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.ClientTransport;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.OutgoingConnection;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a backend, for one request at a time.
 *
 * <p>Pekko HTTP's own pool has no way to give up a request that was sent and not yet answered, and
 * a backend that still computes for a client that left is what must not happen. So connections are
 * our own, and {@link #kill()} cuts the wire itself, whatever the request's state.
 */
final class BackendConnection {

  private final SharedKillSwitch wire = KillSwitches.shared("backend-connection");
  private final AtomicReference<@Nullable CompletableFuture<HttpResponse>> awaited =
      new AtomicReference<>();
  private final CompletionStage<OutgoingConnection> connected;
  private final BoundedSourceQueue<HttpRequest> requests;
  private volatile boolean closed;

  /**
   * Opens a connection.
   *
   * @param onClosed called once, when it is no more
   */
  BackendConnection(
      ClassicActorSystemProvider system,
      BackendAddress address,
      ClientConnectionSettings settings,
      java.util.function.Consumer<BackendConnection> onClosed) {
    Flow<HttpRequest, HttpResponse, CompletionStage<OutgoingConnection>> connection =
        Http.get(system)
            .connectionTo(address.host())
            .toPort(address.port())
            .withClientConnectionSettings(settings.withTransport(new Cuttable(wire)))
            .http();
    var running =
        Source.<HttpRequest>queue(1)
            .viaMat(connection, Keep.both())
            .toMat(Sink.foreach(this::answered), Keep.both())
            .run(system);
    requests = running.first().first();
    connected = running.first().second();
    running
        .second()
        .whenComplete(
            (done, failure) -> {
              closed = true;
              onClosed.accept(this);
              lost();
            });
  }

  /**
   * Sends a request; the one before must have been answered and read to its end. The stage fails
   * with {@link BackendException} when the connection is lost before the answer's head.
   */
  CompletionStage<HttpResponse> send(HttpRequest request) {
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    awaited.set(answer);
    QueueOfferResult offered = requests.offer(request);
    if (closed || !offered.isEnqueued()) {
      lost();
    }
    return answer;
  }

  /** Cuts the connection at once. */
  void kill() {
    wire.abort(new BackendException.Aborted("the call was given up"));
  }

  boolean isClosed() {
    return closed;
  }

  private void answered(HttpResponse response) {
    CompletableFuture<HttpResponse> answer = awaited.getAndSet(null);
    if (answer != null) {
      answer.complete(response);
    }
  }

  private void lost() {
    CompletableFuture<HttpResponse> answer = awaited.getAndSet(null);
    if (answer != null) {
      connected.whenComplete(
          (connection, failure) ->
              answer.completeExceptionally(
                  failure == null
                      ? new BackendException.Aborted(
                          "the model server closed the connection before it answered")
                      : new BackendException.Unreachable("the model server cannot be reached")));
    }
  }

  /** TCP that a kill switch cuts in both directions. */
  private static final class Cuttable extends ClientTransport {

    private final SharedKillSwitch wire;

    Cuttable(SharedKillSwitch wire) {
      this.wire = wire;
    }

    @Override
    public Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> connectTo(
        String host, int port, ClientConnectionSettings settings, ActorSystem system) {
      Flow<ByteString, ByteString, NotUsed> cut =
          Flow.<ByteString>create().via(wire.<ByteString>flow());
      return cut.viaMat(ClientTransport.TCP().connectTo(host, port, settings, system), Keep.right())
          .via(wire.<ByteString>flow());
    }
  }
}
