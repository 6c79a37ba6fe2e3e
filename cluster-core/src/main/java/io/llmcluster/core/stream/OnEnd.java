package io.llmcluster.core.stream;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Runs an action when a stream has ended, on the stream's own thread; see {@link Folded} for why
 * this is not {@code watchTermination}, which besides reports a reader that leaves as an end.
 *
 * @param <T> elements
 */
public final class OnEnd<T> extends Passing<T> {

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
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic() {
      private boolean whole;

      @Override
      void onOwnEnd() {
        whole = true;
      }

      @Override
      public void postStop() {
        (whole ? readToEnd : otherwise).run();
      }
    };
  }
}
