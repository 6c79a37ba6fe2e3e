package io.llmcluster.core.stream;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Runs an action when a stream has ended, however it did, on the stream's own thread; see {@link
 * Folded} for why this is not {@code watchTermination}.
 *
 * @param <T> elements
 */
public final class OnEnd<T> extends GraphStage<FlowShape<T, T>> {

  private final Inlet<T> in = Inlet.create("OnEnd.in");
  private final Outlet<T> out = Outlet.create("OnEnd.out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);
  private final Runnable action;

  /**
   * @param action must not block
   */
  public OnEnd(Runnable action) {
    this.action = action;
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
          });
    }

    @Override
    public void postStop() {
      action.run();
    }
  }
}
