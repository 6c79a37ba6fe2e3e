package io.llmcluster.gateway.relay;

import io.llmcluster.gateway.server.Cancellation;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * A streamed answer on its way to one client: a failure becomes its last line, it ends when its
 * client goes, and it is given up when the client has not read for too long. One stage, since each
 * would cost every piece its way through it.
 */
final class RelayedBody extends GraphStage<FlowShape<ByteString, HttpEntity.ChunkStreamPart>> {

  private static final String LOOK = "look";

  private final Inlet<ByteString> in = Inlet.create("RelayedBody.in");
  private final Outlet<HttpEntity.ChunkStreamPart> out = Outlet.create("RelayedBody.out");
  private final FlowShape<ByteString, HttpEntity.ChunkStreamPart> shape = FlowShape.of(in, out);
  private final Cancellation client;
  private final Duration writeTimeout;
  private final Function<Throwable, ByteString> lastLine;

  /**
   * @param client whose going ends the answer
   * @param writeTimeout how long the client may leave a piece unread, to an eighth
   * @param lastLine what stands for the rest of an answer that failed
   */
  RelayedBody(
      Cancellation client, Duration writeTimeout, Function<Throwable, ByteString> lastLine) {
    this.client = client;
    this.writeTimeout = writeTimeout;
    this.lastLine = lastLine;
  }

  @Override
  public FlowShape<ByteString, HttpEntity.ChunkStreamPart> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {

    /** When the client last got something to read; at first, when it could begin. */
    private long pushedAt;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              pushedAt = System.nanoTime();
              ByteString piece = grab(in);
              if (piece.isEmpty()) { // an empty chunk would be the last one
                pull(in);
              } else {
                push(out, HttpEntity.ChunkStreamPart.create(piece));
              }
            }

            @Override
            public void onPull() {
              pull(in);
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              pushedAt = System.nanoTime();
              emit(
                  out,
                  HttpEntity.ChunkStreamPart.create(lastLine.apply(failure)),
                  Logic.this::completeStage);
            }
          });
    }

    @Override
    public void preStart() {
      pushedAt = System.nanoTime();
      AsyncCallback<NotUsed> gone = createAsyncCallback(any -> completeStage());
      client.onCancel(() -> gone.invoke(NotUsed.getInstance()));
      Duration look = writeTimeout.dividedBy(8);
      scheduleAtFixedRate(LOOK, look, look);
    }

    @Override
    public void onTimer(Object look) {
      if (!isAvailable(out) && System.nanoTime() - pushedAt > writeTimeout.toNanos()) {
        failStage(
            new TimeoutException("the client has not read for " + writeTimeout.toMillis() + " ms"));
      }
    }
  }
}
