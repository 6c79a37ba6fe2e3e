package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowReply.Done;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowState.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people ask of a workflow on its way. */
class WorkflowControlTest extends OnEachStore {

  private static String answer(Ended ended) {
    return Objects.requireNonNull(ended.answer()).answer();
  }

  private TestWorkflow ended() {
    TestWorkflow workflow = begin("vote", "{'prompt':'q'}");
    answer("v1", "x");
    answer("v2", "y");
    answer("v3", "y");
    answer("z", "sure");
    assertThat(answer(workflow.awaitEnd())).isEqualTo("y: sure");
    return workflow;
  }

  @Test
  void a_paused_workflow_finishes_its_calls_and_begins_none() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    assertThat(workflow.pause()).isInstanceOf(Done.class);
    call.answer("one");
    Live live = workflow.awaitLive(now -> now.run().isOver("a"));
    assertThat(live.paused()).isTrue();
    assertThat(live.run().step("b")).isEmpty();
    assertThat(live.clock().runningSince()).isZero();
    workflow.awaitPassivation();
    workflow.resume();
    process().inference().await("b");
  }

  @Test
  void an_attempt_that_fails_during_a_pause_is_repeated_after_it() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    workflow.pause();
    call.error("no");
    workflow.awaitLive(now -> !now.retrying().isEmpty());
    workflow.awaitPassivation();
    workflow.stop();
    TestWorkflow later = another().start(workflow.id());
    later.resume();
    assertThat(process().inference().await("a").attempt()).isEqualTo(2);
  }

  @Test
  void cancelling_aborts_open_calls_whether_they_have_begun_to_answer_or_not() {
    TestWorkflow workflow = begin("vote", "{'prompt':'q'}");
    Asked writing = process().inference().await("v1");
    Asked queued = process().inference().await("v2");
    writing.begin("Let me");
    assertThat(workflow.cancel()).isInstanceOf(Done.class);
    Ended ended = (Ended) workflow.state();
    assertThat(ended.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(ended.reason()).isEqualTo("enough");
    assertThat(ended.run().steps(step -> step.is(Status.SKIPPED))).hasSize(3);
    Awaitility.await().until(() -> writing.isAborted() && queued.isAborted());
    assertThat(process().calls().size()).isZero();
    assertThat(workflow.cancel()).isInstanceOf(Done.class);
    assertThat(workflow.resume()).isEqualTo(new Refused(Why.CONFLICT, "the workflow has ended"));
    workflow.awaitPassivation();
  }

  @Test
  void a_workflow_that_waits_for_somebody_leaves_memory_and_comes_back_with_the_answer() {
    TestWorkflow asking = begin("approved", "{'prompt':'q'}");
    answer("draft", "text");
    asking.awaitPassivation();
    asking.stop();
    TestWorkflow woken = another().start(asking.id());
    assertThat(woken.awaitLive(now -> true).clock().runningSince()).isZero();
    assertThat(
            woken.ask(reply -> new WorkflowCommand.GiveInput("ok", Simulation.object("{}"), reply)))
        .isEqualTo(new Refused(Why.INVALID, "a text is expected"));
    assertThat(woken.input("yes")).isInstanceOf(Done.class);
    assertThat(woken.input("yes")).isInstanceOf(Done.class);
    assertThat(woken.input("no")).isInstanceOf(Refused.class);
    answer("final", "done");
    assertThat(answer(woken.awaitEnd())).isEqualTo("yes done");
  }

  @Test
  void a_failed_step_is_made_again_with_all_that_rests_on_it() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    answer("a", "one");
    process().inference().await("b").refuse(400, "no");
    workflow.awaitEnd();
    assertThat(workflow.ask(reply -> new WorkflowCommand.RetryStep("a", null, reply)))
        .isEqualTo(new Refused(Why.CONFLICT, "step 'a' has not failed (expected: a failed step)"));
    assertThat(workflow.ask(reply -> new WorkflowCommand.RetryStep("b", null, reply)))
        .isInstanceOf(Done.class);
    answer("b", "two");
    answer("c", "three");
    assertThat(answer(workflow.awaitEnd())).isEqualTo("three");
    assertThat(process().inference().asked()).hasSize(4);
  }

  @Test
  void a_fork_goes_on_from_an_event_with_one_parameter_changed() {
    TestWorkflow parent = ended();
    int calls = process().inference().asked().size();
    List<WorkflowEvent> events = parent.events();
    long vote =
        1L
            + events.indexOf(
                events.stream()
                    .filter(WorkflowEvent.DecisionMade.class::isInstance)
                    .findFirst()
                    .orElseThrow());
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    assertThat(
            fork.ask(
                reply ->
                    new WorkflowCommand.Fork(
                        parent.id(), vote, Simulation.object("{'least':2}"), reply)))
        .isInstanceOf(Done.class);
    answer("z", "indeed");
    Ended ended = fork.awaitEnd();
    assertThat(answer(ended)).isEqualTo("y: indeed");
    assertThat(ended.definition().parent()).isEqualTo(parent.id());
    assertThat(ended.definition().parentSequenceNr()).isEqualTo(vote);
    assertThat(process().inference().asked()).hasSize(calls + 1);
    assertThat(answer((Ended) parent.state())).isEqualTo("y: sure");
  }

  @Test
  void what_the_client_said_is_recorded_and_goes_from_fork_to_fork() {
    TestWorkflow parent = begin("chain", "{'prompt':'q','budget':{'tokens':5000}}");
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    assertThat(fork(fork, parent, "{'least':2}")).isInstanceOf(Done.class);
    TestWorkflow again = process().start(UUID.randomUUID().toString());
    assertThat(fork(again, fork, "{'budget':{'seconds':9}}")).isInstanceOf(Done.class);
    assertThat(((Live) again.state()).definition().said())
        .isEqualTo(Simulation.object("{'budget':{'tokens':5000,'seconds':9},'least':2}"));
  }

  private static WorkflowReply fork(TestWorkflow fork, TestWorkflow parent, String changes) {
    return fork.ask(
        reply -> new WorkflowCommand.Fork(parent.id(), 0, Simulation.object(changes), reply));
  }

  @Test
  void the_same_fork_again_is_answered_as_the_first_time_and_another_one_is_a_conflict() {
    TestWorkflow parent = ended();
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    String late = "{'least':4,'width':3}";
    assertThat(fork(fork, parent, late)).isInstanceOf(Done.class);
    fork.awaitEnd();
    int events = fork.events().size();
    assertThat(fork(fork, parent, "{'width':3,'least':4}")).isInstanceOf(Done.class);
    assertThat(fork.events()).hasSize(events);
    Refused other = new Refused(Why.CONFLICT, "the key was used for another request");
    assertThat(fork(fork, parent, "{'least':3}")).isEqualTo(other);
    assertThat(fork(fork, fork, late)).isEqualTo(other);
    assertThat(fork(parent, parent, late)).isEqualTo(other);
  }

  @Test
  void both_who_ask_for_one_fork_are_answered_though_the_parent_is_read_twice() {
    TestWorkflow parent = ended();
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    TestProbe<WorkflowReply> replies = fork.replies();
    for (int time = 0; time < 2; time++) {
      fork.ref()
          .tell(
              new WorkflowCommand.Fork(
                  parent.id(), 0, Simulation.object("{'least':2}"), replies.getRef()));
    }
    assertThat(replies.receiveMessage(TestMember.PATIENCE)).isInstanceOf(Done.class);
    assertThat(replies.receiveMessage(TestMember.PATIENCE)).isInstanceOf(Done.class);
  }

  @Test
  void a_fork_with_other_models_asks_them() {
    TestWorkflow parent = ended();
    int calls = process().inference().asked().size();
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    assertThat(fork(fork, parent, "{'models':['c']}")).isInstanceOf(Done.class);
    assertThat(process().inference().await("v1").body().path("model").asText()).isEqualTo("c");
    assertThat(process().inference().asked()).hasSize(calls + 3);
  }

  @Test
  void a_fork_that_says_no_seed_has_one_of_its_own() {
    TestWorkflow parent = ended();
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    fork(fork, parent, "{'seed':null}");
    assertThat(Fold.run(fork.state()).request().path("seed").asLong())
        .isEqualTo(fork.id().hashCode());
  }

  @Test
  void a_run_whose_budget_was_used_up_goes_on_with_more_of_it() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q','budget':{'modelCalls':1}}");
    answer("a", "one");
    assertThat(workflow.awaitEnd().reason()).isEqualTo("the budget is used up");
    assertThat(retry(workflow, null))
        .isEqualTo(
            new Refused(
                Why.CONFLICT,
                "the budget of modelCalls is used up (expected: budget, with more modelCalls)"));
    assertThat(retry(workflow, new Budget(2, 0, 0))).isInstanceOf(Done.class);
    answer("b", "two");
    answer("c", "three");
    assertThat(answer(workflow.awaitEnd())).isEqualTo("three");
    assertThat(process().inference().asked()).hasSize(3);
  }

  private static WorkflowReply retry(TestWorkflow workflow, @Nullable Budget more) {
    return workflow.ask(reply -> new WorkflowCommand.RetryStep("", more, reply));
  }

  @Test
  void a_fork_of_nothing_is_refused() {
    TestWorkflow fork = process().start(UUID.randomUUID().toString());
    assertThat(
            fork.ask(reply -> new WorkflowCommand.Fork("none", 0, Simulation.object("{}"), reply)))
        .isEqualTo(new Refused(Why.UNKNOWN, "workflow 'none' not found"));
    fork.awaitPassivation();
  }

  @Test
  void deciding_again_needs_no_model_and_changes_no_answer() {
    TestWorkflow workflow = ended();
    int calls = process().inference().asked().size();
    assertThat(
            workflow.ask(
                reply -> new WorkflowCommand.Reaggregate(Simulation.object("{'least':4}"), reply)))
        .isInstanceOf(Done.class);
    Ended again = (Ended) workflow.state();
    assertThat(
            again.run().decision("reaggregation1").orElseThrow().detail().path("reason").asText())
        .isEqualTo("too few answers: 3");
    assertThat(answer(again)).isEqualTo("y: sure");
    assertThat(
            workflow.ask(
                reply -> new WorkflowCommand.Reaggregate(Simulation.object("{'width':4}"), reply)))
        .isEqualTo(new Refused(Why.CONFLICT, "this would need model calls: [v1, v2, v3, v4]"));
    assertThat(process().inference().asked()).hasSize(calls);
  }

  @Test
  void an_external_step_is_taken_reported_and_costs_no_memory_meanwhile() {
    TestWorkflow workflow = begin("outside", "{'prompt':'q'}");
    workflow.awaitPassivation();
    workflow.stop();
    TestWorkflow woken = another().start(workflow.id());
    assertThat(take(woken, "me")).isInstanceOf(Done.class);
    assertThat(take(woken, "you"))
        .isEqualTo(new Refused(Why.CONFLICT, "task 'task' is taken by another"));
    assertThat(report(woken, "well done")).isInstanceOf(Done.class);
    assertThat(report(woken, "well done")).isInstanceOf(Done.class);
    assertThat(report(woken, "other")).isInstanceOf(Refused.class);
    Ended ended = woken.awaitEnd();
    assertThat(answer(ended)).isEqualTo("well done");
    assertThat(ended.spent().modelCalls()).isZero();
  }

  @Test
  void an_external_step_that_fails_is_open_again_until_its_retries_are_used_up() {
    TestWorkflow workflow = begin("outside", "{'prompt':'q'}");
    for (int attempt = 1; attempt <= 3; attempt++) {
      int now = attempt;
      workflow.awaitLive(
          live ->
              live.run()
                  .step("task")
                  .filter(step -> step.attempt() == now && step.is(Status.RUNNING))
                  .isPresent());
      assertThat(take(workflow, "me")).isInstanceOf(Done.class);
      assertThat(
              workflow.ask(
                  reply -> new WorkflowCommand.ReportStep("task", false, "no", "me", reply)))
          .isInstanceOf(Done.class);
    }
    Ended ended = workflow.awaitEnd();
    assertThat(ended.run().step("task").orElseThrow().status()).isEqualTo(Status.FAILED);
    assertThat(ended.spent().modelCalls()).isZero();
  }

  private static WorkflowReply take(TestWorkflow workflow, String owner) {
    return workflow.ask(
        reply -> new WorkflowCommand.TakeSteps(List.of("task"), owner, 60_000, reply));
  }

  private static WorkflowReply report(TestWorkflow workflow, String output) {
    return workflow.ask(reply -> new WorkflowCommand.ReportStep("task", true, output, "", reply));
  }

  @Test
  void a_budget_of_calls_ends_the_run_with_what_there_is() {
    TestWorkflow workflow = begin("vote", "{'prompt':'q','budget':{'modelCalls':2}}");
    answer("v1", "x");
    answer("v2", "x");
    Ended ended = workflow.awaitEnd();
    assertThat(answer(ended)).isEqualTo("x");
    assertThat(Objects.requireNonNull(ended.answer()).degraded()).isTrue();
    assertThat(ended.spent().modelCalls()).isEqualTo(2);
    assertThat(ended.definition().estimate().modelCalls()).as("told before").isEqualTo(3);
    assertThat(exhausted(workflow)).containsExactly("modelCalls");
  }

  private static List<String> exhausted(TestWorkflow workflow) {
    return workflow.events(WorkflowEvent.BudgetExhausted.class).stream()
        .map(WorkflowEvent.BudgetExhausted::what)
        .toList();
  }

  @Test
  void a_repeated_attempt_counts_as_a_call_and_needs_budget_too() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q','budget':{'modelCalls':2}}");
    process().inference().await("a").error("first");
    process().inference().await("a").error("second");
    Ended ended = workflow.awaitEnd();
    assertThat(ended.reason()).isEqualTo("step a: second");
    assertThat(process().inference().asked()).hasSize(2);
  }

  @Test
  void a_budget_of_tokens_ends_the_run() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q','budget':{'tokens':30}}");
    answer("a", "one");
    Ended ended = workflow.awaitEnd();
    assertThat(ended.reason()).isEqualTo("the budget is used up");
    assertThat(exhausted(workflow)).containsExactly("tokens");
  }

  @Test
  void tokens_of_attempts_that_broke_off_use_up_the_budget() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q','budget':{'tokens':3}}");
    process().inference().await("a").breakOff("one", "two", "three");
    Ended ended = workflow.awaitEnd();
    assertThat(ended.spent().tokens()).isEqualTo(3);
    assertThat(exhausted(workflow)).containsExactly("tokens");
    assertThat(process().inference().asked()).hasSize(1);
  }

  @Test
  void a_budget_of_seconds_ends_even_what_no_node_answers() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q','budget':{'seconds':1}}");
    Asked call = process().inference().await("a");
    Ended ended = workflow.awaitEnd();
    assertThat(ended.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(ended.reason()).isEqualTo("step a: the time is used up");
    assertThat(exhausted(workflow)).containsExactly("seconds");
    Awaitility.await().until(call::isAborted);
  }

  @Test
  void time_ends_a_run_whose_calls_are_used_up_too() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q','budget':{'seconds':1,'modelCalls':1}}");
    Asked call = process().inference().await("a");
    workflow.awaitEnd();
    Awaitility.await().until(call::isAborted);
  }

  @Test
  void forgetting_is_for_workflows_that_have_ended() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    assertThat(workflow.ask(WorkflowCommand.Forget::new))
        .isEqualTo(new Refused(Why.CONFLICT, "the workflow has not ended"));
    workflow.cancel();
    assertThat(workflow.ask(WorkflowCommand.Forget::new)).isInstanceOf(Done.class);
    workflow.awaitPassivation();
  }
}
