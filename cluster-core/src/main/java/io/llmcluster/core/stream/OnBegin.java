package io.llmcluster.core.stream;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Runs an action once, when a stream's first element comes by or, without one, when it has ended.
 *
 * @param <T> elements
 */
public final class OnBegin<T> extends GraphStage<FlowShape<T, T>> {

  private final Inlet<T> in = Inlet.create("OnBegin.in");
  private final Outlet<T> out = Outlet.create("OnBegin.out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);
  private final Runnable action;

  /**
   * @param action must not block
   */
  public OnBegin(Runnable action) {
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

    private boolean begun;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              begin();
              push(out, grab(in));
            }

            @Override
            public void onPull() {
              pull(in);
            }
          });
    }

    private void begin() {
      if (!begun) {
        begun = true;
        action.run();
      }
    }

    @Override
    public void postStop() {
      begin();
    }
  }
}
