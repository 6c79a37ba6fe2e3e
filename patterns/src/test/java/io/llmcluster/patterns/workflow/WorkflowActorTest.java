package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.ScriptedInference;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowReply.Refused;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowState.Outcome;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Steps, their results, and what a crash leaves of them. */
class WorkflowActorTest extends OnEachStore {

  @Test
  void a_step_is_in_the_journal_before_its_model_is_asked() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    assertThat(workflow.events())
        .hasExactlyElementsOfTypes(
            WorkflowEvent.WorkflowCreated.class, WorkflowEvent.StepScheduled.class);
    assertThat(call.key()).isEqualTo(workflow.id() + "/a/1");
    assertThat(call.body().path("stream").asBoolean()).isTrue();
    assertThat(call.body().at("/messages/0/content").asText()).isEqualTo("q");
  }

  @Test
  void outputs_go_into_later_prompts_by_reference_and_the_last_one_is_the_answer() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    answer("a", "one");
    Asked second = process().inference().await("b");
    assertThat(second.body().at("/messages/0/content").asText()).isEqualTo("q after one");
    second.answer("two");
    answer("c", "three");
    Ended ended = workflow.awaitEnd();
    assertThat(Objects.requireNonNull(ended.answer()).answer()).isEqualTo("three");
    assertThat(ended.spent()).isEqualTo(new io.llmcluster.patterns.program.Spent(3, 30, 60));
    assertThat(ended.receipt()).isEqualTo(Receipt.CLEAN);
    assertThat(process().calls().size()).isZero();
  }

  @Test
  void the_same_request_again_is_answered_as_the_first_time_and_another_one_is_a_conflict() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    assertThat(workflow.submit("chain", "{'prompt':'q'}")).isInstanceOf(WorkflowReply.Done.class);
    assertThat(workflow.submit("chain", "{'prompt':'other'}"))
        .isEqualTo(new Refused(Why.CONFLICT, "the key was used for another request"));
    assertThat(workflow.submit("vote", "{'prompt':'q'}")).isInstanceOf(Refused.class);
    for (String step : new String[] {"a", "b", "c"}) {
      answer(step, step);
    }
    workflow.awaitEnd();
    assertThat(workflow.submit("chain", "{'prompt':'q'}")).isInstanceOf(WorkflowReply.Done.class);
    assertThat(process().inference().asked()).hasSize(3);
  }

  @Test
  void what_cannot_be_run_is_refused_and_leaves_nothing_in_memory() {
    TestWorkflow workflow = process().start(UUID.randomUUID().toString());
    assertThat(workflow.submit("no-such", "{'prompt':'q'}"))
        .isEqualTo(
            new Refused(
                Why.UNKNOWN,
                "pattern 'no-such' not found (expected: one of approved, chain, first, outside,"
                    + " vote)"));
    assertThat(workflow.submit("vote", "{'prompt':'q','width':0}"))
        .isEqualTo(new Refused(Why.INVALID, "width: 0 (expected: at least 1)"));
    assertThat(workflow.events()).isEmpty();
    workflow.awaitPassivation();
  }

  @Test
  void a_failed_attempt_is_repeated_and_its_answer_counts() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    process().inference().await("a").error("out of memory");
    Asked second = process().inference().await("a");
    assertThat(second.attempt()).isEqualTo(2);
    second.answer("one");
    Live live = workflow.awaitLive(now -> now.run().isOver("a"));
    assertThat(live.run().step("a").orElseThrow().attempt()).isEqualTo(2);
    assertThat(live.spent().modelCalls()).isEqualTo(3);
    assertThat(live.receipt()).isEqualTo(Receipt.CLEAN);
    assertThat(workflow.events(WorkflowEvent.StepFailed.class))
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.reason()).isEqualTo("out of memory");
              assertThat(failed.last()).isFalse();
              assertThat(failed.retryAt()).isGreaterThan(failed.at());
            });
  }

  @Test
  void a_step_fails_after_its_last_attempt_and_the_program_decides_what_that_means() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    for (int attempt = 1; attempt <= 3; attempt++) {
      process().inference().await("a").error("no " + attempt);
    }
    Ended ended = workflow.awaitEnd();
    assertThat(ended.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(ended.reason()).isEqualTo("step a: no 3");
    assertThat(process().inference().asked()).hasSize(3);
  }

  @Test
  void a_request_that_the_backend_will_never_take_is_not_repeated() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    process().inference().await("a").refuse(400, "invalid options");
    assertThat(workflow.awaitEnd().reason()).isEqualTo("step a: node n1: invalid options");
    assertThat(process().inference().asked()).hasSize(1);
  }

  @Test
  void that_no_node_is_there_for_a_while_is_no_failure() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    for (int i = 0; i < 5; i++) {
      process().inference().await("a").fail(new InferenceFailure.NoNode("none"));
    }
    answer("a", "one");
    Live live = workflow.awaitLive(now -> now.run().isOver("a"));
    assertThat(live.run().step("a").orElseThrow().attempt()).isEqualTo(1);
    assertThat(live.spent().modelCalls()).isEqualTo(2);
    assertThat(workflow.events(WorkflowEvent.StepFailed.class)).isEmpty();
  }

  @Test
  void an_endless_answer_is_cut_and_its_call_is_dropped() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    call.ramble("and on ");
    Live live = workflow.awaitLive(now -> now.run().isOver("a"));
    assertThat(live.run().step("a").orElseThrow().doneReason()).isEqualTo("length");
    assertThat(live.run().step("a").orElseThrow().output()).hasSizeBetween(1000, 1010);
    Awaitility.await().until(call::isAborted);
  }

  @Test
  void what_is_not_needed_any_more_is_aborted() {
    TestWorkflow workflow = begin("first", "{'prompt':'q'}");
    Asked straggler = process().inference().await("b");
    straggler.begin("I thi");
    answer("a", "quick");
    answer("z", "end");
    Ended ended = workflow.awaitEnd();
    assertThat(ended.run().step("b").orElseThrow().is(Status.SKIPPED)).isTrue();
    Awaitility.await().until(straggler::isAborted);
  }

  @Test
  void a_crash_begins_again_only_what_has_no_result() {
    TestWorkflow before = begin("vote", "{'prompt':'what is two and two?'}");
    answer("v2", "4");
    before.awaitLive(now -> now.run().isOver("v2"));
    before.stop();
    TestWorkflow after = another().start(before.id());
    assertThat(process().inference().await("v1").attempt()).isEqualTo(2);
    answer("v1", "5");
    answer("v3", "4");
    answer("z", "sure");
    Ended ended = after.awaitEnd();
    assertThat(Objects.requireNonNull(ended.answer()).answer()).isEqualTo("4: sure");
    assertThat(process().inference().asked()).hasSize(3);
    assertThat(ended.receipt()).isEqualTo(new Receipt(2, 10, 1));
  }

  @Test
  void a_call_that_still_runs_here_is_taken_up_again_and_not_paid_for_twice() {
    TestWorkflow before = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    before.stop();
    TestWorkflow after = process().start(before.id());
    after.awaitLive(now -> true);
    call.answer("one");
    process().inference().await("b");
    assertThat(process().inference().asked()).hasSize(2);
    assertThat(after.awaitLive(now -> now.run().isOver("a")).receipt().reissued()).isZero();
  }

  @Test
  void a_result_that_came_while_the_actor_was_away_is_taken_up_too() {
    TestWorkflow before = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    before.stop();
    call.answer("one");
    process().start(before.id());
    process().inference().await("b");
    assertThat(process().inference().asked()).hasSize(2);
  }

  @Test
  void a_command_that_wakes_a_workflow_does_not_begin_its_calls_a_second_time() {
    TestWorkflow before = begin("chain", "{'prompt':'q'}");
    Asked call = process().inference().await("a");
    before.stop();
    TestWorkflow after = process().start(before.id());
    after.pause();
    after.resume();
    call.answer("one");
    process().inference().await("b");
    assertThat(process().inference().asked()).hasSize(2);
    assertThat(after.events(WorkflowEvent.StepCompleted.class)).hasSize(1);
  }

  @Test
  void a_late_duplicate_is_dropped_and_its_tokens_count() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    OpenCalls.Ended late =
        new OpenCalls.Ended(
            "a", 7, new io.llmcluster.patterns.call.CallResult.Answered("x", 3, 4, 1, "stop", "n"));
    answer("a", "one");
    workflow.awaitLive(now -> now.run().isOver("a"));
    workflow.ref().tell(WorkflowActor.ended(late));
    Live live = workflow.awaitLive(now -> now.spent().tokens() == 37);
    assertThat(live.run().output("a")).hasValue("one");
    assertThat(workflow.events(WorkflowEvent.LateResultDropped.class)).hasSize(1);
  }

  @Test
  void what_an_attempt_wrote_before_it_broke_off_counts_too() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    process().inference().await("a").breakOff("one", "two", "three");
    answer("a", "well");
    Live live = workflow.awaitLive(now -> now.run().isOver("a"));
    assertThat(live.spent().tokens())
        .isEqualTo(3 + ScriptedInference.PROMPT_TOKENS + ScriptedInference.COMPLETION_TOKENS);
    assertThat(workflow.events(WorkflowEvent.StepFailed.class))
        .extracting(WorkflowEvent.StepFailed::tokensLost)
        .containsExactly(3L);
  }

  @Test
  void one_result_told_twice_counts_once() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    answer("a", "one");
    workflow.awaitLive(now -> now.run().isOver("a"));
    workflow
        .ref()
        .tell(
            WorkflowActor.ended(
                new OpenCalls.Ended(
                    "a",
                    1,
                    new io.llmcluster.patterns.call.CallResult.Answered(
                        "one", 10, 20, 1, "stop", "n1"))));
    workflow.pause();
    assertThat(workflow.events(WorkflowEvent.LateResultDropped.class)).isEmpty();
  }

  @Test
  void pieces_of_text_are_told_to_who_watches_with_their_place() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    var watch = workflow.watch();
    assertThat(watch.receiveMessage(TestMember.PATIENCE))
        .isEqualTo(new WorkflowUpdate.Advanced(2, false));
    process().inference().await("a").begin("Hello");
    assertThat(watch.receiveMessage(TestMember.PATIENCE))
        .isEqualTo(new WorkflowUpdate.Piece("a", "a", 1, 0, "Hello"));
  }

  @Test
  void one_that_is_told_to_go_on_on_its_way_out_wants_to_be_in_memory_again() {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    workflow.pause();
    answer("a", "x"); // what is open is still finished
    workflow.awaitPassivation();
    workflow.resume(); // its shard has let it go by then
    workflow.stop();
    assertThat(member().woken()).contains(workflow.id());
    TestWorkflow cancelled = begin("chain", "{'prompt':'q'}");
    cancelled.cancel();
    cancelled.stop();
    assertThat(member().woken()).doesNotContain(cancelled.id());
  }

  @Test
  void one_that_was_never_begun_leaves_memory_by_itself() {
    process().start(UUID.randomUUID().toString()).awaitPassivation();
  }
}
