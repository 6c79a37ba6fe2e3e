package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides again: plays the program over the recorded outputs with other parameters, and refuses
 * when that would need a model. What a person said counts for the proposal that they saw, and for
 * no other: then it is refused too.
 */
final class Reaggregation {

  private static final int MOST_TURNS = 100;

  private Reaggregation() {}

  static Verdict decide(
      WorkflowCommand.Reaggregate command, Ended ended, Pattern pattern, long now) {
    ObjectNode request;
    try {
      // nobody new takes part: nobody is asked
      request =
          ChangedRequest.prepared(
              ended.run().request(),
              ended.definition().said(),
              command.changes(),
              pattern,
              Cast.NOBODY);
      request.putIfAbsent("seed", ended.run().request().path("seed"));
    } catch (RefusedRequest refused) {
      return Verdict.refuse(Why.INVALID, String.valueOf(refused.getMessage()));
    }
    Replay before = Replay.asItWas(ended.run(), pattern);
    Run run =
        ended
            .run()
            .asking(request)
            .keeping(StepRecord::isOver, decision -> false)
            .withoutInputs(ended.run().inputs().keySet());
    if (ended.run().exhausted()) { // what it could not pay for then is not wanted now either
      run = run.withoutBudget();
    }
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      Plan plan;
      try {
        plan = pattern.next(run);
      } catch (RuntimeException wrong) {
        return Verdict.refuse(Why.INVALID, String.valueOf(wrong.getMessage()));
      }
      if (plan.end() != null) {
        return Verdict.record(
            new WorkflowEvent.DecisionMade(
                summary(ended, command.changes(), run, plan.end()), now));
      }
      InputRequest asked = plan.input();
      if (asked != null) {
        Optional<JsonNode> said = ended.run().input(asked.id()).filter(word -> before.asked(asked));
        if (said.isEmpty() || run.input(asked.id()).isPresent()) {
          return Verdict.refuse(Why.CONFLICT, unsaid(asked));
        }
        run = run.with(asked.id(), said.get());
        continue;
      }
      if (plan.decision() == null || run.decision(plan.decision().id()).isPresent()) {
        return Verdict.refuse(
            Why.CONFLICT,
            "this would need model calls: " + plan.steps().stream().map(StepSpec::id).toList());
      }
      run = run.with(plan.decision());
    }
    return Verdict.refuse(Why.CONFLICT, "pattern " + pattern.name() + " goes round");
  }

  private static String unsaid(InputRequest asked) {
    return "this would need a person's word: input '"
        + asked.id()
        + "' is not said of what is decided now (expected: the decision that was approved, or a"
        + " change that asks nobody)";
  }

  private static Decision summary(Ended ended, ObjectNode changes, Run run, Plan.End end) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.set("changes", changes);
    if (end instanceof Plan.End.Answered answered) {
      detail.put("answer", answered.answer()).put("degraded", answered.degraded());
    } else if (end instanceof Plan.End.GaveUp gaveUp) {
      detail.put("reason", gaveUp.reason());
    }
    long before =
        ended.run().decisions().keySet().stream()
            .filter(id -> id.startsWith("reaggregation"))
            .count();
    List<Decision> taken = List.copyOf(run.decisions().values());
    Decision last = taken.isEmpty() ? null : taken.get(taken.size() - 1);
    return new Decision(
        "reaggregation" + (before + 1),
        last == null ? "none" : last.rule(),
        last == null ? "" : last.chosen(),
        last == null ? Map.of() : last.tally(),
        last == null ? List.of() : last.dissent(),
        last == null ? 0 : last.agreement(),
        detail);
  }
}
