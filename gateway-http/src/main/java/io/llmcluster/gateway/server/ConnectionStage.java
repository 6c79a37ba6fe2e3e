package io.llmcluster.gateway.server;

import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
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
 */
final class ConnectionStage extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {

  private final Inlet<HttpRequest> in = Inlet.create("requests");
  private final Outlet<HttpResponse> out = Outlet.create("responses");
  private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(in, out);
  private final BiFunction<HttpRequest, Cancellation, CompletionStage<HttpResponse>> handler;
  private final BooleanSupplier draining;

  /**
   * @param handler must not block, and its stage must not fail
   * @param draining whether this server ends connections itself; their end then says nothing of the
   *     client
   */
  ConnectionStage(
      BiFunction<HttpRequest, Cancellation, CompletionStage<HttpResponse>> handler,
      BooleanSupplier draining) {
    this.handler = handler;
    this.draining = draining;
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
    private Cancellation current = new Cancellation();
    private @Nullable HttpRequest next;
    private boolean working;

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
    public void postStop() {
      clientGone();
    }

    private void clientGone() {
      if (!draining.getAsBoolean()) {
        current.cancel();
      }
    }

    private void onRequest(HttpRequest request) {
      if (working) {
        next = request; // a pipelining client; its second request waits here, a third one in the
        // socket
      } else {
        work(request);
      }
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
      emit(out, response);
      HttpRequest waiting = next;
      if (waiting != null) {
        next = null;
        work(waiting);
      }
    }

    private void onNoMoreRequests() {
      clientGone();
      if (!draining.getAsBoolean()) {
        next = null; // nobody is left to read its answer
      }
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
