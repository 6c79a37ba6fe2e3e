package io.llmcluster.core.stream;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Runs an action when a stream has ended, on the stream's own thread; see {@link Folded} for why
 * this is not {@code watchTermination}, which besides reports a reader that leaves as an end.
 *
 * @param <T> elements
 */
public final class OnEnd<T> extends GraphStage<FlowShape<T, T>> {

  private final Inlet<T> in = Inlet.create("OnEnd.in");
  private final Outlet<T> out = Outlet.create("OnEnd.out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);
  private final Runnable readToEnd;
  private final Runnable otherwise;

  /**
   * @param action run however it ended; must not block
   */
  public OnEnd(Runnable action) {
    this(action, action);
  }

  /**
   * @param readToEnd run when the stream came to its own end; must not block
   * @param otherwise run when it failed or its reader left; must not block
   */
  public OnEnd(Runnable readToEnd, Runnable otherwise) {
    this.readToEnd = readToEnd;
    this.otherwise = otherwise;
  }

  @Override
  public FlowShape<T, T> shape() {
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
      (whole ? readToEnd : otherwise).run();
    }
  }
}
