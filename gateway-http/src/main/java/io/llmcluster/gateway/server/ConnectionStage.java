package io.llmcluster.gateway.server;

import io.llmcluster.core.stream.OnEnd;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: a request at a time, and an eye on the connection all the while.
 *
 * <p>Pekko HTTP tells a handler nothing of a client that leaves before its answer has begun. This
 * stage asks for the next request while the present one is still being worked on, so the end of the
 * connection is seen at once and the work is cancelled. A client that shuts down only its sending
 * side counts as gone, as in Go's HTTP server.
 *
 * <p>A stopping server lets a connection end when the last byte of its last answer is on its way to
 * the socket. (Pekko's own {@code terminate} fails connections whose answers are still being
 * written.)
 */
final class ConnectionStage extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {

  private static final HttpHeader CLOSE = Connection.create("close");

  private final Inlet<HttpRequest> in = Inlet.create("requests");
  private final Outlet<HttpResponse> out = Outlet.create("responses");
  private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(in, out);
  private final BiFunction<HttpRequest, Cancellation, CompletionStage<HttpResponse>> handler;
  private final OpenConnections connections;

  /**
   * @param handler must not block, and its stage must not fail
   */
  ConnectionStage(
      BiFunction<HttpRequest, Cancellation, CompletionStage<HttpResponse>> handler,
      OpenConnections connections) {
    this.handler = handler;
    this.connections = connections;
  }

  @Override
  public FlowShape<HttpRequest, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inherited) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {

    private final AsyncCallback<HttpResponse> answered = createAsyncCallback(this::onAnswered);
    private final Runnable written = callback(this::onWritten);
    private Cancellation current = new Cancellation();
    private @Nullable HttpRequest next;
    private boolean working;
    private boolean finishing;

    /** The client was told that the answer under way is the connection's last. */
    private boolean closing;

    /** The current request's answer is on its way to the socket. */
    private boolean writing;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              onRequest(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              onNoMoreRequests();
            }

            /**
             * Not only a broken connection: a body over its bound ends the requests too, and has to
             * be answered.
             */
            @Override
            public void onUpstreamFailure(Throwable failure) {
              onNoMoreRequests();
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              askForMore();
            }
          });
    }

    @Override
    public void preStart() {
      connections.opened(this, callback(this::onFinish));
      pull(in);
    }

    /** The same from any thread. */
    private Runnable callback(Runnable onThisThread) {
      AsyncCallback<Done> callback = createAsyncCallback(done -> onThisThread.run());
      return () -> callback.invoke(Done.getInstance());
    }

    @Override
    public void postStop() {
      current.cancel();
      connections.closed(this);
    }

    private void onFinish() {
      finishing = true;
      completeIfIdle();
    }

    private void onWritten() {
      writing = false;
      current.end();
      beginNext();
      completeIfIdle();
    }

    /**
     * Not before the answer ahead of it is written: a client has one request worked on at a time.
     */
    private void beginNext() {
      HttpRequest waiting = next;
      if (waiting != null && !working && !writing) {
        next = null;
        work(waiting);
      }
    }

    private void completeIfIdle() {
      if (finishing && !working && !writing) {
        complete(out);
      }
    }

    private void onRequest(HttpRequest request) {
      if (isClosed(out) || closing) {
        return; // too late for an answer; the client sees the connection close
      }
      next = request; // a pipelining client's second request waits here, a third one in the socket
      beginNext();
    }

    private void work(HttpRequest request) {
      working = true;
      current = new Cancellation();
      CompletionStage<HttpResponse> response = handler.apply(request, current);
      response.thenAccept(answered::invoke);
      askForMore();
    }

    private void onAnswered(HttpResponse response) {
      working = false;
      if (isClosed(in) && next == null) {
        emit(out, response, this::completeStage);
        return;
      }
      writing = true;
      closing = finishing && next == null;
      HttpResponse last = closing ? response.addHeader(CLOSE) : response;
      if (response.entity().isStrict()) {
        emit(out, last, this::onWritten);
      } else {
        emit(out, watched(last));
      }
    }

    private HttpResponse watched(HttpResponse response) {
      return response.entity() instanceof Chunked body
          ? response.withEntity(Chunks.via(body, new OnEnd<>(written)))
          : response.transformEntityDataBytes(Flow.fromGraph(new OnEnd<>(written)));
    }

    private void onNoMoreRequests() {
      current.cancel();
      next = null; // nobody is left to read its answer
      if (!working) {
        completeStage();
      }
    }

    private void askForMore() {
      if (next == null && !hasBeenPulled(in) && !isClosed(in)) {
        pull(in);
      }
    }
  }
}
