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
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.structured.Schemas;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowEvent.StepScheduled;
import io.llmcluster.patterns.workflow.WorkflowEvent.StepsReset;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowState.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    Ended ended = raised(pattern);
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

  private static Run fork(Ended parent, Pattern pattern, String changes) {
    ObjectNode prepared =
        ChangedRequest.prepared(
            parent.run().request(),
            parent.definition().said(),
            Simulation.object(changes),
            pattern,
            CAST);
    return Inheritance.of(parent.run(), prepared, pattern, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'gate':0.9}", "{'budget':{'tokens':900000}}", "{'budget':{}}"})
  void a_fork_takes_over_the_rounds_that_a_raised_budget_paid_for(String changes) {
    Ended parent = raised(new Debate());
    assertThat(parent.run().output("round1/debater1")).isPresent();
    Run fork = fork(parent, new Debate(), changes);
    assertThat(CommonRequest.budget(fork.request()).modelCalls()).isEqualTo(27);
    assertThat(fork.steps().keySet()).isEqualTo(parent.run().steps().keySet());
  }

  @Test
  void a_fork_that_names_another_budget_has_that() {
    Run fork = fork(raised(new Debate()), new Debate(), "{'budget':{'modelCalls':7}}");
    assertThat(CommonRequest.budget(fork.request())).isEqualTo(new Budget(7, 1_000_000, 3600));
    assertThat(fork.output("round1/debater1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'budget':null}", "{'budget':{'modelCalls':null}}"})
  void a_fork_that_takes_its_budget_back_has_the_default(String changes) {
    Run fork = fork(raised(new Debate()), new Debate(), changes);
    assertThat(CommonRequest.budget(fork.request())).isEqualTo(new Budget(200, 1_000_000, 3600));
  }

  /** Prompts that were stored earlier have the schema itself among their values. */
  @Test
  void an_answer_that_was_corrected_is_kept_however_its_prompt_was_stored() {
    Pattern pattern = new Debate();
    String repair = "first/debater1/repair1";
    Script script = Script.answering("18/0.5", "19/0.5", "20/0.5");
    Simulation played =
        Simulation.of(
                pattern,
                "{'prompt':'How many?','models':['a','b','c'],'answers':'number',"
                    + "'budget':{'modelCalls':7}}",
                CAST,
                (step, told) ->
                    step.id().equals("first/debater1") ? "18" : script.answer(step, told))
            .play();
    StepRecord now = played.run().step(repair).orElseThrow();
    Prompt prompt = now.spec().prompt();
    assertThat(prompt.places()).containsOnlyKeys("schema");
    Map<String, String> values = new HashMap<>(prompt.values());
    values.put("schema", Schemas.source("debate-answer").toString());
    Prompt earlier = new Prompt(prompt.template(), values, prompt.outputs(), prompt.lists(), null);
    Live live = live(pattern, played);
    Ended ended =
        live.with(live.run().with(now.telling(earlier)))
            .end(Outcome.COMPLETED, played.answered(), "", 4000);
    StepsReset reset = (StepsReset) retry(ended, pattern, MORE).events().get(0);
    assertThat(reset.steps()).containsExactly("verdict/judge");
  }

  /** The client said 7; it was raised to 27, and all rounds were held. */
  private static Ended raised(Pattern pattern) {
    Simulation played = played(pattern, "");
    Live live = live(pattern, played).with(new Budget(27, 1_000_000, 3600));
    return new Live(
            saying(live.definition(), said()),
            live.run(),
            live.spent(),
            live.clock(),
            live.receipt(),
            false,
            null)
        .end(Outcome.COMPLETED, played.answered(), "", 4000);
  }

  private static ObjectNode said() {
    return Simulation.object("{'answers':'number','budget':{'modelCalls':7}}");
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
