package io.llmcluster.node.backend;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Tells a body that was read to its end from one that was not: only the first leaves a connection
 * that can be used again. ({@code watchTermination} reports a reader that leaves as an end.)
 */
final class EndWatch extends GraphStage<FlowShape<ByteString, ByteString>> {

  private final Inlet<ByteString> in = Inlet.create("EndWatch.in");
  private final Outlet<ByteString> out = Outlet.create("EndWatch.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final Runnable readToEnd;
  private final Runnable notReadToEnd;

  EndWatch(Runnable readToEnd, Runnable notReadToEnd) {
    this.readToEnd = readToEnd;
    this.notReadToEnd = notReadToEnd;
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

    private boolean whole;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              push(out, grab(in));
            }

            @Override
            public void onPull() {
              pull(in);
            }

            @Override
            public void onUpstreamFinish() {
              whole = true;
              completeStage();
            }
          });
    }

    @Override
    public void postStop() {
      (whole ? readToEnd : notReadToEnd).run();
    }
  }
}
