package io.llmcluster.node;

import io.llmcluster.core.directory.ModelSpeed;
import io.llmcluster.core.model.ModelName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Exponentially weighted averages of a node's calls: per model and, for failures, over all. Not
 * thread-safe; {@link NodeActor} owns it.
 */
final class Averages {

  /** Weight of the newest call. */
  private static final double WEIGHT = 0.2;

  /** Most models kept; the one that was used longest ago goes first. */
  private static final int MOST_MODELS = 200;

  private final Map<String, ModelSpeed> byModel =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ModelSpeed> eldest) {
          return size() > MOST_MODELS;
        }
      };

  private double failureRate;

  void record(CallOutcome outcome) {
    CallOutcome.Verdict verdict = outcome.verdict();
    if (verdict == CallOutcome.Verdict.LEFT || verdict == CallOutcome.Verdict.OVERDUE) {
      return;
    }
    double failed = verdict == CallOutcome.Verdict.NODE_FAILED ? 1 : 0;
    failureRate = mix(failureRate, failed);
    byModel.merge(
        ModelName.key(outcome.model()),
        new ModelSpeed(
            Math.max(0, outcome.firstByteMillis()),
            Math.max(0, outcome.tokensPerSecond()),
            failed,
            1),
        (old, now) ->
            new ModelSpeed(
                outcome.firstByteMillis() < 0
                    ? old.firstTokenMillis()
                    : mixMeasured(old.firstTokenMillis(), now.firstTokenMillis()),
                outcome.tokensPerSecond() < 0
                    ? old.tokensPerSecond()
                    : mixMeasured(old.tokensPerSecond(), now.tokensPerSecond()),
                mix(old.errorRate(), failed),
                old.calls() + 1));
  }

  /**
   * A look at the backend that went well: what failed before counts a little less, so that an idle
   * node gets its chance.
   */
  void sawHealthy() {
    failureRate = failureRate < 0.01 ? 0 : mix(failureRate, 0);
  }

  double failureRate() {
    return failureRate;
  }

  /** By {@link ModelName#key}. */
  Map<String, ModelSpeed> byModel() {
    return Map.copyOf(byModel);
  }

  private static double mix(double old, double now) {
    return old + WEIGHT * (now - old);
  }

  private static double mixMeasured(double old, double now) {
    return old == 0 ? now : mix(old, now);
  }
}
