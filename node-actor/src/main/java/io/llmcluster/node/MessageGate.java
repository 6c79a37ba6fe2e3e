package io.llmcluster.node;

import io.grpc.Status;
import io.llmcluster.node.MessageBudget.Share;
import org.apache.pekko.Done;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Lets a gRPC message in when there is room for it; until then its sender is held back by HTTP/2.
 * How long it is stands in its first five bytes (gRPC over HTTP/2: a flag, then the length).
 */
final class MessageGate extends GraphStage<FlowShape<ByteString, ByteString>> {

  private static final int PREFIX = 5;

  private final Inlet<ByteString> in = Inlet.create("MessageGate.in");
  private final Outlet<ByteString> out = Outlet.create("MessageGate.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final MessageBudget budget;
  private final Share share;

  /**
   * @param share of the budget, of this call; who makes the answer releases it
   */
  MessageGate(MessageBudget budget, Share share) {
    this.budget = budget;
    this.share = share;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {

    private final AsyncCallback<Done> granted = createAsyncCallback(done -> onGranted());
    private ByteString first = ByteString.emptyByteString();
    private boolean open;
    private boolean ended;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              if (open) {
                push(out, grab(in));
              } else {
                onBegin(grab(in));
              }
            }

            @Override
            public void onPull() {
              pull(in);
            }

            /** What waits for room is not lost to the end. */
            @Override
            public void onUpstreamFinish() {
              ended = true;
              if (open || first.length() < PREFIX) {
                completeStage();
              }
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              share.release();
              failStage(failure);
            }

            @Override
            public void onDownstreamFinish(Throwable cause) throws Exception {
              share.release();
              super.onDownstreamFinish(cause);
            }
          });
    }

    private void onBegin(ByteString bytes) {
      first = first.concat(bytes);
      if (first.length() < PREFIX) {
        pull(in);
        return;
      }
      long length = Integer.toUnsignedLong(first.drop(1).toByteBuffer().getInt());
      if (length > budget.bytes()) {
        failStage(
            new GrpcServiceException(
                Status.RESOURCE_EXHAUSTED.withDescription(
                    "request is too large for this node (at most " + budget.bytes() + " bytes)")));
      } else if (share.counts(length)) {
        share.take(length, () -> granted.invoke(Done.getInstance()));
      } else {
        onGranted();
      }
    }

    private void onGranted() {
      open = true;
      ByteString begin = first;
      first = ByteString.emptyByteString();
      push(out, begin);
      if (ended) {
        completeStage();
      }
    }
  }
}
