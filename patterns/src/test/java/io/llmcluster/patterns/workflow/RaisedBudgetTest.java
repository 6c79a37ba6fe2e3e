package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.auto.Auto;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.debate.Script;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowEvent.StepScheduled;
import io.llmcluster.patterns.workflow.WorkflowEvent.StepsReset;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowState.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Debates and ladders that ended early for want of budget, and get more of it. */
class RaisedBudgetTest {

  private static final Cast CAST = Simulation.cast("a", "b", "c", "big");
  private static final Budget MORE = new Budget(20, 0, 0);

  /** Each has another answer: first answers are three calls, a round and a verdict five. */
  private static Simulation played(Pattern pattern, String parameters) {
    String request =
        "{'prompt':'How many?','models':['a','b','c'],'answers':'number'" + parameters + "}";
    return Simulation.of(pattern, request, CAST, Script.answering("18/0.5", "19/0.5", "20/0.5"))
        .play();
  }

  private static Live live(Pattern pattern, Simulation played) {
    return Runs.live(pattern, "{'prompt':'q','budget':{'modelCalls':7}}").with(played.run());
  }

  private static Ended cutShort(Pattern pattern) {
    Simulation played = played(pattern, ",'budget':{'modelCalls':7}");
    assertThat(played.answered().notes()).contains("the budget had no room for another round");
    return live(pattern, played).end(Outcome.COMPLETED, played.answered(), "", 4000);
  }

  private static Verdict retry(Ended ended, Pattern pattern, @Nullable Budget more) {
    return Control.decide(
        new WorkflowCommand.RetryStep("", more, Runs.nobody()), ended, pattern, 5000);
  }

  private static List<String> begun(List<WorkflowEvent> events) {
    return events.stream()
        .filter(StepScheduled.class::isInstance)
        .map(event -> ((StepScheduled) event).step().id())
        .toList();
  }

  private static void assertGoesOn(Pattern pattern) {
    Ended ended = cutShort(pattern);
    List<WorkflowEvent> events =
        Advance.after(retry(ended, pattern, MORE).events(), ended, pattern, 5000);
    assertThat(begun(events))
        .containsExactly("round1/debater1", "round1/debater2", "round1/debater3");
    Live again = (Live) Runs.folded(ended, events);
    assertThat(again.definition().budget().modelCalls()).isEqualTo(27);
    assertThat(again.run().output("first/debater1")).isPresent();
    assertThat(again.run().decisions().values()).noneMatch(pattern::wantsBudget);
    assertThat(again.run().decision("verdict")).isEmpty();
  }

  @Test
  void a_debate_that_had_no_budget_for_a_round_holds_it() {
    assertGoesOn(new Debate());
  }

  @Test
  void a_ladder_that_could_not_pay_for_a_rung_climbs_it() {
    assertGoesOn(new Auto());
  }

  /** The judge was asked about other answers than those that there will be. */
  @Test
  void what_was_asked_for_the_early_verdict_is_asked_anew() {
    Pattern pattern = new Debate();
    Ended ended = cutShort(pattern);
    assertThat(ended.run().output("verdict/judge")).isPresent();
    StepsReset reset = (StepsReset) retry(ended, pattern, MORE).events().get(0);
    assertThat(reset.steps()).containsExactly("verdict/judge");
    assertThat(reset.decisions()).containsExactly("gate", "verdict");
  }

  @Test
  void a_verdict_that_a_person_is_asked_about_is_asked_about_no_more() {
    Pattern pattern = new Debate();
    Simulation played = played(pattern, ",'approve':true,'budget':{'modelCalls':7}");
    InputRequest asked = Objects.requireNonNull(played.waiting().input());
    Live live = live(pattern, played).asking(asked);
    WorkflowCommand.RetryStep retry = new WorkflowCommand.RetryStep("", MORE, Runs.nobody());
    List<WorkflowEvent> events = Retrying.decide(retry, live, pattern, 5000).events();
    Live again = Runs.after(live, events.toArray(WorkflowEvent[]::new));
    assertThat(again.asked()).isNull();
  }

  @Test
  void without_more_budget_it_would_end_in_the_same_way_and_is_refused() {
    Pattern pattern = new Debate();
    assertThat(retry(cutShort(pattern), pattern, null).refused())
        .hasValue(
            new Refused(
                Why.CONFLICT,
                "the budget had no room for more (expected: budget, with more modelCalls or"
                    + " tokens)"));
  }

  @Test
  void a_debate_that_held_all_its_rounds_has_nothing_to_be_made_again() {
    Pattern pattern = new Debate();
    Simulation played = played(pattern, "");
    Ended ended = live(pattern, played).end(Outcome.COMPLETED, played.answered(), "", 4000);
    assertThat(retry(ended, pattern, MORE).refused())
        .hasValue(new Refused(Why.CONFLICT, "no step has failed"));
  }

  /** With what the client said at first, a round that was held would not have been. */
  @Test
  void a_reaggregation_decides_with_the_budget_as_it_was_raised() {
    Pattern pattern = new Debate();
    Simulation played = played(pattern, "");
    Live live = live(pattern, played).with(new Budget(27, 1_000_000, 3600));
    ObjectNode said = Simulation.object("{'budget':{'modelCalls':7}}");
    Ended ended =
        new Live(
                saying(live.definition(), said),
                live.run(),
                live.spent(),
                live.clock(),
                live.receipt(),
                false,
                null)
            .end(Outcome.COMPLETED, played.answered(), "", 4000);
    Verdict verdict =
        Reaggregation.decide(
            new WorkflowCommand.Reaggregate(
                Simulation.object("{'temperature':0.5}"), Runs.nobody()),
            ended,
            pattern,
            5000);
    WorkflowEvent.DecisionMade made = (WorkflowEvent.DecisionMade) verdict.events().get(0);
    assertThat(made.decision().detail().path("degraded").asBoolean()).isFalse();
  }

  private static Definition saying(Definition of, ObjectNode said) {
    return new Definition(
        of.pattern(),
        of.version(),
        of.hash(),
        of.requestHash(),
        of.tenant(),
        of.estimate(),
        of.budget(),
        of.createdAt(),
        of.parent(),
        of.parentSequenceNr(),
        said);
  }
}
