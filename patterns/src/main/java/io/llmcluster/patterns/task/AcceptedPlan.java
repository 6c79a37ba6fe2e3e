package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Run;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The plan that a run follows. It is a recorded decision, so that nothing is planned again after a
 * crash.
 *
 * @param plan the tasks; none if nothing has to be divided
 * @param rule how it came about: one of the constants
 * @param step whose output it is; empty if it is no step's
 * @param reason why it is not the one that was planned; else empty
 * @param replans how often it was planned anew
 */
public record AcceptedPlan(TaskPlan plan, String rule, String step, String reason, int replans) {

  /** As a model planned it. */
  public static final String PLANNED = "planned";

  /** As a person changed it. */
  public static final String EDITED = "edited";

  /** Nothing has to be divided. */
  public static final String DIRECT = "direct";

  /** The model could not plan. */
  public static final String FALLBACK = "fallback";

  /** Planned anew. */
  public static final String REPLANNED = "replanned";

  /** Planning anew brought nothing: the plan before. */
  public static final String KEPT = "kept";

  private static final String FIRST = "plan";
  private static final String AGAIN = "replan";

  /** The latest one of a run. */
  public static Optional<AcceptedPlan> of(Run run) {
    int replans = 0;
    while (run.decision(AGAIN + (replans + 1)).isPresent()) {
      replans++;
    }
    return of(run, replans);
  }

  /** The one that this one replaced. */
  public Optional<AcceptedPlan> before(Run run) {
    return of(run, replans - 1);
  }

  private static Optional<AcceptedPlan> of(Run run, int replans) {
    return run.decision(decisionOf(replans)).map(one -> of(one, replans));
  }

  /**
   * The id of a decision for a plan.
   *
   * @param replans how often it was planned anew until then
   */
  static String decisionOf(int replans) {
    return replans == 0 ? FIRST : AGAIN + replans;
  }

  /** Why the first plan was a fallback, if it was; planning anew does not mend that. */
  public static Optional<String> fallbackReason(Run run) {
    return run.decision(FIRST)
        .filter(plan -> plan.rule().equals(FALLBACK))
        .map(plan -> plan.detail().path("reason").asText());
  }

  private static AcceptedPlan of(Decision decision, int replans) {
    return new AcceptedPlan(
        TaskPlan.of(decision.detail()),
        decision.rule(),
        decision.chosen(),
        decision.detail().path("reason").asText(),
        replans);
  }

  /**
   * Whether a decision is a first plan that holds although steps are forgotten: a person's, or one
   * whose step stays. A fallback is nobody's; if its planning has not changed, it comes about
   * again.
   */
  public static boolean outlasts(Decision decision, Set<String> forgotten) {
    return decision.id().equals(FIRST)
        && (decision.rule().equals(EDITED)
            || (!decision.chosen().isEmpty() && !forgotten.contains(decision.chosen())));
  }

  /** To be recorded. */
  public Decision decision() {
    ObjectNode detail = plan.toJson();
    if (!reason.isEmpty()) {
      detail.put("reason", reason);
    }
    return new Decision(decisionOf(replans), rule, step, Map.of(), List.of(), 1, detail);
  }

  public boolean is(String expected) {
    return rule.equals(expected);
  }

  /** The step that plans anew next, and the id of the decision that follows from it. */
  public String nextReplan() {
    return AGAIN + (replans + 1);
  }
}
