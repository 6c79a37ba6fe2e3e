package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A store that fails when the test says so; programs with faults. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkflowTroubleTest {

  private static final Pattern BROKEN =
      new SmallPattern(
          "broken",
          run -> {
            throw new IllegalArgumentException("no such rule");
          });

  private static final Pattern WORDLESS =
      new SmallPattern(
          "wordless",
          run ->
              run.isOver("a")
                  ? Plan.giveUp(run.step("a").orElseThrow().reason())
                  : Plan.run(StepSpec.of("a", "step", "a", "m", Prompt.of("test/none"), Map.of())));

  private static final Pattern ROUND =
      new SmallPattern(
          "round",
          run ->
              Plan.decide(
                  new io.llmcluster.patterns.program.Decision(
                      "d" + run.decisions().size(),
                      "none",
                      "",
                      Map.of(),
                      List.of(),
                      0,
                      run.request())));

  private final TestMember member =
      TestMember.inMemory(List.of(SmallPattern.CHAIN, SmallPattern.VOTE, BROKEN, WORDLESS, ROUND));
  private final PersistenceTestKit store = PersistenceTestKit.create(member.system());
  private final TestProcess process = member.process();

  @BeforeAll
  void clear() {
    store.clearAll();
  }

  @AfterAll
  void close() {
    member.close();
  }

  private TestWorkflow start() {
    return process.start(UUID.randomUUID().toString());
  }

  private static String stored(TestWorkflow workflow) {
    return WorkflowActor.persistenceId(workflow.id()).id();
  }

  private WorkflowState state(TestWorkflow workflow) {
    WorkflowState state = new WorkflowState.Absent();
    for (Object event : store.persistedInStorage(stored(workflow))) {
      state = Fold.apply(state, (WorkflowEvent) event);
    }
    return state;
  }

  private int calls(TestWorkflow workflow) {
    return (int)
        process.inference().asked().stream()
            .filter(call -> call.key().startsWith(workflow.id()))
            .count();
  }

  private io.llmcluster.patterns.testkit.ScriptedInference.Asked call(
      TestWorkflow workflow, String step) {
    return Awaitility.await("a call of " + step)
        .until(
            () ->
                process.inference().open().stream()
                    .filter(call -> call.key().startsWith(workflow.id() + "/" + step + "/"))
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  private Ended end(TestWorkflow workflow) {
    return (Ended) Awaitility.await().until(() -> state(workflow), Ended.class::isInstance);
  }

  @Test
  void a_result_that_the_store_did_not_take_is_recorded_when_it_is_back_and_not_paid_for_twice() {
    TestWorkflow workflow = start();
    workflow.submit("chain", "{'prompt':'q'}");
    store.failNextNPersisted(stored(workflow), 2);
    call(workflow, "a").answer("one");
    call(workflow, "b");
    assertThat(((Live) state(workflow)).run().output("a")).hasValue("one");
    assertThat(((Live) state(workflow)).receipt().reissued()).isZero();
    assertThat(((Live) state(workflow)).spent().tokens()).isEqualTo(30);
    assertThat(calls(workflow)).isEqualTo(2);
  }

  /** Each of its events is answered for by the journal, also after the actor's restart. */
  @Test
  void a_result_whose_events_were_refused_together_is_recorded_when_the_store_is_back() {
    TestWorkflow workflow = start();
    workflow.submit("vote", "{'prompt':'q','width':1}");
    store.failNextNPersisted(stored(workflow), 1);
    call(workflow, "v1").answer("one"); // the result, the decision, the next step
    call(workflow, "z");
  }

  @Test
  void calls_go_on_while_the_store_is_away_and_are_dropped_when_they_are_not_wanted_any_more() {
    TestWorkflow workflow = start();
    workflow.submit("chain", "{'prompt':'q'}");
    var open = call(workflow, "a");
    store.failNextNPersisted(stored(workflow), 1);
    workflow.ref().tell(new WorkflowCommand.Cancel("x", member.system().ignoreRef()));
    workflow.cancel();
    end(workflow);
    Awaitility.await().until(open::isAborted);
  }

  @Test
  void what_the_store_did_not_take_is_not_acknowledged_and_may_be_sent_again() {
    TestWorkflow workflow = start();
    store.failNextNPersisted(stored(workflow), 1);
    var lost = workflow.probe();
    workflow
        .ref()
        .tell(
            new WorkflowCommand.Submit(
                "chain",
                io.llmcluster.patterns.testkit.Simulation.object("{'prompt':'q'}"),
                "hash",
                "me",
                lost.getRef().unsafeUpcast()));
    assertThat(workflow.submit("chain", "{'prompt':'q'}")).isInstanceOf(WorkflowReply.Done.class);
    lost.expectNoMessage(java.time.Duration.ZERO);
    call(workflow, "a");
    assertThat(calls(workflow)).isEqualTo(1);
  }

  @Test
  void a_store_that_cannot_be_read_at_first_is_read_later() {
    TestWorkflow workflow = start();
    workflow.submit("chain", "{'prompt':'q'}");
    workflow.stop();
    store.failNextNReads(stored(workflow), 2);
    TestWorkflow again = process.start(workflow.id());
    assertThat(again.pause()).isInstanceOf(WorkflowReply.Done.class);
  }

  @Test
  void a_fork_whose_parent_cannot_be_read_may_be_asked_for_again_later() {
    assertThat(
            start()
                .ask(
                    reply ->
                        new WorkflowCommand.Fork(
                            "parent",
                            0,
                            io.llmcluster.patterns.testkit.Simulation.object("{}"),
                            reply)))
        .isEqualTo(
            new WorkflowReply.Refused(
                WorkflowReply.Why.UNAVAILABLE, "the store cannot be read now"));
  }

  @Test
  void a_program_with_a_fault_ends_its_workflow_and_says_so() {
    TestWorkflow workflow = start();
    assertThat(workflow.submit("broken", "{'prompt':'q'}")).isInstanceOf(WorkflowReply.Done.class);
    assertThat(end(workflow).reason()).isEqualTo("pattern broken failed: no such rule");
  }

  @Test
  void a_program_that_goes_round_is_stopped() {
    TestWorkflow workflow = start();
    workflow.submit("round", "{'prompt':'q'}");
    assertThat(end(workflow).reason()).isEqualTo("pattern round goes round");
  }

  @Test
  void a_prompt_that_cannot_be_written_fails_its_step() {
    TestWorkflow workflow = start();
    workflow.submit("wordless", "{'prompt':'q'}");
    assertThat(end(workflow).reason())
        .isEqualTo("its prompt cannot be written: no such prompt: /prompts/test/none.txt");
  }
}
