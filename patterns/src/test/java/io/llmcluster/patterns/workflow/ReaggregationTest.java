package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.debate.Script;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import org.junit.jupiter.api.Test;

class ReaggregationTest {

  private static final Pattern DEBATE = new Debate();

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

  /** Two of three are talked round, and a person has approved that. */
  private static Ended approvedDebate() {
    Simulation play =
        Simulation.of(
                DEBATE,
                "{'prompt':'How many?','answers':'number','models':['a','b','c'],'seed':5,"
                    + "'gate':1,'rounds':1,'approve':true}",
                Simulation.cast("a", "b", "c", "big"),
                Script.answering("18/0.9", "18/0.9", "20/0.9")
                    .changes("round1/debater1", "20", "a slip")
                    .changes("round1/debater2", "20", "a slip"))
            .play()
            .input(BooleanNode.TRUE);
    return Runs.vote().with(play.run());
  }

  private static Verdict decidedAgain(Ended debate, String changes) {
    return Reaggregation.decide(
        new WorkflowCommand.Reaggregate(Simulation.object(changes), Runs.nobody()),
        debate,
        DEBATE,
        5000);
  }

  @Test
  void an_approval_counts_for_the_verdict_that_was_seen_and_for_no_other() {
    Ended debate = approvedDebate();
    assertThat(decision(decidedAgain(debate, "{}")).detail().path("answer").asText())
        .isEqualTo(debate.run().decision("verdict").orElseThrow().detail().path("answer").asText());
    assertThat(decidedAgain(debate, "{'gate':0.1}").refused().orElseThrow().reason())
        .startsWith("this would need a person's word: input 'verdict'");
    Decision unapproved = decision(decidedAgain(debate, "{'gate':0.1,'approve':false}"));
    assertThat(unapproved.detail().path("answer").asText()).isEqualTo("18");
  }

  @Test
  void what_makes_no_sense_is_refused_by_name_and_null_is_as_if_nothing_were_said() {
    assertThat(again(Runs.vote(), "{'budget':{'tokens':'many'}}").refused().orElseThrow())
        .isEqualTo(
            new WorkflowReply.Refused(
                WorkflowReply.Why.INVALID,
                "budget.tokens: \"many\" (expected: a whole number from 1 to 9223372036854775807)"));
    assertThat(again(Runs.vote(), "{'format':'json'}").refused().orElseThrow().reason())
        .isEqualTo("format: not with a pattern (expected: none)");
    assertThat(decision(again(Runs.vote(), "{'options':{'stop':null}}")).chosen()).isEqualTo("y");
  }
}
