package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import org.junit.jupiter.api.Test;

class ReaggregationTest {

  private static Verdict again(Ended ended, String changes) {
    return Reaggregation.decide(
        new WorkflowCommand.Reaggregate(Simulation.object(changes), Runs.nobody()),
        ended,
        Runs.pattern("vote"),
        5000);
  }

  private static Decision decision(Verdict verdict) {
    return ((WorkflowEvent.DecisionMade) verdict.events().get(0)).decision();
  }

  @Test
  void a_step_that_failed_or_was_not_needed_is_not_asked_for_again() {
    Ended vote = Runs.vote();
    Ended degraded =
        vote.with(vote.run().with(vote.run().step("v1").orElseThrow().failed("no", true, 0)));
    assertThat(decision(again(degraded, "{}")).tally()).containsOnlyKeys("y");
  }

  @Test
  void what_the_budget_did_not_allow_is_not_asked_for_now() {
    Ended vote = Runs.vote();
    Ended poor = vote.with(vote.run().withoutBudget());
    assertThat(again(poor, "{'width':4}").refused()).isEmpty();
  }

  @Test
  void the_same_parameters_decide_the_same() {
    Decision decision = decision(again(Runs.vote(), "{}"));
    assertThat(decision.chosen()).isEqualTo("y");
    assertThat(decision.tally()).containsEntry("x", 1.0).containsEntry("y", 2.0);
    assertThat(decision.detail().path("answer").asText()).isEqualTo("y: sure");
  }

  @Test
  void each_time_is_recorded_under_a_name_of_its_own() {
    Ended ended = Runs.vote();
    Decision first = decision(again(ended, "{}"));
    Decision second = decision(again(ended.with(ended.run().with(first)), "{'least':2}"));
    assertThat(first.id()).isEqualTo("reaggregation1");
    assertThat(second.id()).isEqualTo("reaggregation2");
    assertThat(second.detail().at("/changes/least").asInt()).isEqualTo(2);
  }

  @Test
  void what_would_need_a_model_is_refused_with_the_steps() {
    assertThat(again(Runs.vote(), "{'width':5}").refused().orElseThrow().reason())
        .isEqualTo("this would need model calls: [v1, v2, v3, v4, v5]");
  }

  @Test
  void what_makes_no_sense_is_refused_by_name_and_null_is_as_if_nothing_were_said() {
    assertThat(again(Runs.vote(), "{'budget':{'tokens':'many'}}").refused().orElseThrow())
        .isEqualTo(
            new WorkflowReply.Refused(
                WorkflowReply.Why.INVALID,
                "budget.tokens: \"many\" (expected: a whole number from 1 to 9223372036854775807)"));
    assertThat(decision(again(Runs.vote(), "{'options':{'stop':null}}")).chosen()).isEqualTo("y");
  }
}
