package io.llmcluster.node;

import io.grpc.Status;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * A stage on the way of a request's bytes that can refuse them and still reads them to their end.
 * One that stopped reading would reset the stream before the refusal is sent, so that its caller
 * never reads why; and it would cost the connection a part of its window, see {@link PortMemory}.
 */
abstract class DrainingLogic extends TimerGraphStageLogic {

  private final FlowShape<ByteString, ByteString> shape;
  private boolean draining;

  DrainingLogic(FlowShape<ByteString, ByteString> shape) {
    super(shape);
    this.shape = shape;
    setHandlers(
        shape.in(),
        shape.out(),
        new AbstractInOutHandler() {
          @Override
          public void onPush() {
            ByteString bytes = grab(shape.in());
            if (draining) {
              pull(shape.in());
            } else {
              onBytes(bytes);
            }
          }

          @Override
          public void onPull() {
            pull(shape.in());
          }

          @Override
          public void onUpstreamFinish() {
            if (draining || !isEndHeldBack()) {
              completeStage();
            }
          }

          @Override
          public void onDownstreamFinish(Throwable cause) {
            drain();
          }
        });
  }

  /** Takes what was asked for: passes it on, asks for more, or refuses. */
  abstract void onBytes(ByteString bytes);

  /** Whether there is something to pass on yet when the sender has ended. */
  boolean isEndHeldBack() {
    return false;
  }

  /** Once; from then on nobody reads what comes. */
  void onDrain() {}

  final boolean isDraining() {
    return draining;
  }

  /** Fails the reader with the status. */
  final void refuse(Status status) {
    fail(shape.out(), new GrpcServiceException(status));
    drain();
  }

  private void drain() {
    draining = true;
    onDrain();
    if (isClosed(shape.in())) {
      completeStage();
    } else if (!hasBeenPulled(shape.in())) {
      pull(shape.in());
    }
  }
}
