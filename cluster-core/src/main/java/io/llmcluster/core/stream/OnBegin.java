package io.llmcluster.core.stream;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Runs an action once, when a stream's first element comes by or, without one, when it has ended.
 *
 * @param <T> elements
 */
public final class OnBegin<T> extends Passing<T> {

  private final Runnable action;

  /**
   * @param action must not block
   */
  public OnBegin(Runnable action) {
    this.action = action;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic() {
      private boolean begun;

      @Override
      void onElement() {
        begin();
      }

      @Override
      public void postStop() {
        begin();
      }

      private void begin() {
        if (!begun) {
          begun = true;
          action.run();
        }
      }
    };
  }
}
