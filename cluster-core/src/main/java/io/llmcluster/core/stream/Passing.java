package io.llmcluster.core.stream;

import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * A stage that lets all elements pass as they are, and notices them.
 *
 * @param <T> elements
 */
abstract class Passing<T> extends GraphStage<FlowShape<T, T>> {

  private final Inlet<T> in = Inlet.create(getClass().getSimpleName() + ".in");
  private final Outlet<T> out = Outlet.create(getClass().getSimpleName() + ".out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);

  @Override
  public final FlowShape<T, T> shape() {
    return shape;
  }

  /** What one stream notices. */
  abstract class Logic extends GraphStageLogic {

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              onElement();
              push(out, grab(in));
            }

            @Override
            public void onPull() {
              pull(in);
            }

            @Override
            public void onUpstreamFinish() {
              onOwnEnd();
              completeStage();
            }
          });
    }

    /** Before an element passes. */
    void onElement() {}

    /** When the stream has come to its own end: no failure, and no reader that leaves. */
    void onOwnEnd() {}
  }
}
