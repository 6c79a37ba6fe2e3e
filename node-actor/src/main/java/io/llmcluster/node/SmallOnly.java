package io.llmcluster.node;

import io.grpc.Status;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Lets a request's bytes through as long as they are few: for services that need no more. */
final class SmallOnly extends GraphStage<FlowShape<ByteString, ByteString>> {

  private final Inlet<ByteString> in = Inlet.create("SmallOnly.in");
  private final Outlet<ByteString> out = Outlet.create("SmallOnly.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final long most;

  /**
   * @param most bytes of one request, all of its messages together
   */
  SmallOnly(long most) {
    this.most = most;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new DrainingLogic(shape) {
      private long seen;

      @Override
      void onBytes(ByteString bytes) {
        seen += bytes.length();
        if (seen > most) {
          refuse(
              Status.RESOURCE_EXHAUSTED.withDescription(
                  "request is too large for this service (at most " + most + " bytes)"));
        } else {
          push(out, bytes);
        }
      }
    };
  }
}
