package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.CrashMatrix.Script;
import io.llmcluster.patterns.testkit.SmallPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The runs that are disturbed at each of their points: one more line for one more pattern. */
final class CrashRuns {

  private CrashRuns() {}

  /**
   * One of them.
   *
   * @param pattern by name
   * @param request as a client sends it
   * @param script what models and people say
   */
  record CrashRun(String pattern, String request, Script script) {

    @Override
    public String toString() {
      return pattern;
    }
  }

  static List<Pattern> patterns() {
    return new ArrayList<>(SmallPattern.ALL);
  }

  static Stream<CrashRun> all() {
    return Stream.of(
        new CrashRun("chain", "{'prompt':'q'}", (step, attempt, body) -> "text of " + step),
        new CrashRun(
            "vote",
            "{'prompt':'q','width':4}",
            (step, attempt, body) ->
                step.equals("v2") && attempt == 1 ? null : step.equals("v1") ? "no" : "yes"),
        new CrashRun("approved", "{'prompt':'q'}", (step, attempt, body) -> "text of " + step),
        new CrashRun("first", "{'prompt':'q'}", (step, attempt, body) -> "text of " + step),
        new CrashRun("outside", "{'prompt':'q'}", (step, attempt, body) -> "never"));
  }
}
