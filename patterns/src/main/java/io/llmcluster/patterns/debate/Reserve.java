package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.request.CommonRequest;
import java.util.List;

/** Whether a budget still has room for so many calls, as far as the record tells. */
public final class Reserve {

  private Reserve() {}

  /** Model calls that were begun. */
  public static int calls(Run run) {
    return run.steps().values().stream().mapToInt(StepRecord::attempt).sum();
  }

  /** Tokens of recorded answers and of the prompts that they answered. */
  public static long tokens(Run run) {
    return run.steps().values().stream()
        .mapToLong(step -> step.promptTokens() + step.completionTokens())
        .sum();
  }

  /** Whether a decision of a debate or a ladder says that there was no room for more. */
  public static boolean isLacking(Decision decision) {
    return decision.rule().equals(DebateParams.BUDGET)
        || decision.detail().path("reason").asText().equals(DebateParams.BUDGET);
  }

  /** Whether that many more calls fit, if each costs what the calls so far cost on average. */
  public static boolean allows(Run run, int moreCalls) {
    Budget budget = CommonRequest.budget(run.request());
    List<StepRecord> answered = run.steps(step -> step.is(StepRecord.Status.COMPLETED));
    long each = answered.isEmpty() ? 0 : tokens(run) / answered.size();
    return calls(run) + moreCalls <= budget.modelCalls()
        && tokens(run) + each * moreCalls <= budget.tokens();
  }
}
