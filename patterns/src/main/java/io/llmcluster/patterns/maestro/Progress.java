package io.llmcluster.patterns.maestro;

import io.llmcluster.patterns.program.Run;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Progress of a plan, counted from the record: models repeat steps and do not know when to stop
 * (arXiv 2503.13657), so none of them is asked.
 *
 * @param advances assignments whose result the critic accepted
 * @param setbacks assignments that failed, or were still rejected after their revisions
 * @param stall setbacks since the last advance, in the order in which their last steps were begun
 */
record Progress(int advances, int setbacks, int stall) {

  static Progress of(Collection<Result> results, Run run) {
    Map<String, Boolean> settled = new HashMap<>();
    for (Result result : results) {
      settled.put(result.last(), result.verdict() == Result.Verdict.ACCEPTED);
    }
    int advances = 0;
    int setbacks = 0;
    int stall = 0;
    for (String step : run.steps().keySet()) {
      Boolean advance = settled.get(step);
      if (advance != null) {
        advances += advance ? 1 : 0;
        setbacks += advance ? 0 : 1;
        stall = advance ? 0 : stall + 1;
      }
    }
    return new Progress(advances, setbacks, stall);
  }
}
