package io.llmcluster.node.backend;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * Puts an element before a stream. Unlike {@code Source.single(first).concat(rest)}, which fails as
 * soon as the rest does, it delivers the element even if the rest has failed already.
 */
public final class Prepend<T> extends GraphStage<FlowShape<T, T>> {

  private final Inlet<T> in = Inlet.create("Prepend.in");
  private final Outlet<T> out = Outlet.create("Prepend.out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);
  private final T first;

  public Prepend(T first) {
    this.first = first;
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

    private boolean delivered;
    private @Nullable Throwable failure;

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
              if (delivered) {
                pull(in);
              } else {
                deliver();
              }
            }

            @Override
            public void onUpstreamFinish() {
              if (delivered) {
                completeStage();
              }
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              if (delivered) {
                failStage(cause);
              } else {
                failure = cause;
              }
            }
          });
    }

    private void deliver() {
      delivered = true;
      push(out, first);
      if (failure != null) {
        failStage(failure);
      } else if (isClosed(in)) {
        completeStage();
      }
    }
  }
}
