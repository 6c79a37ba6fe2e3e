package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.storage.Store;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestStore;
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
import org.junit.jupiter.api.Test;

/** A person may take longer than a process lives. */
class WaitingApprovalTest {

  private static final String REQUEST =
      "{'prompt':'How many apples are there?','models':['a','b','c'],'answers':'number',"
          + "'approve':true,'seed':5}";

  /** Two against one, who stays alone. */
  private static TestWorkflow debated(TestMember member) {
    TestProcess process = member.process();
    TestWorkflow workflow = process.start(UUID.randomUUID().toString());
    assertThat(workflow.submit("debate", REQUEST)).isInstanceOf(Done.class);
    String[] answers = {"18", "19", "18"};
    for (int i = 0; i < answers.length; i++) {
      say(
          process,
          "first/debater" + (i + 1),
          "{'reasoning':'counted','answer':'" + answers[i] + "','confidence':0.5}");
    }
    for (int i = 1; i <= answers.length; i++) {
      say(process, "round1/debater" + i, "{'reasoning':'again','keep':true,'confidence':0.9}");
    }
    workflow.awaitLive(live -> live.asked() != null);
    assertThat(process.inference().asked()).hasSize(6);
    return workflow;
  }

  private static void say(TestProcess process, String step, String json) {
    process.inference().await(step).answer(Simulation.object(json).toString());
  }

  /** What a restarted member makes of a person's word. */
  private static Ended restartedAndTold(String value) {
    TestStore.Opened opened = TestStore.EMBEDDED.open();
    Store store = opened.store();
    String id;
    try (TestMember before = TestMember.on(store, BuiltInPatterns.all())) {
      TestWorkflow workflow = debated(before);
      workflow.awaitPassivation();
      id = workflow.id();
    }
    try (TestMember after = TestMember.on(store, BuiltInPatterns.all())) {
      TestProcess process = after.process();
      TestWorkflow woken = process.start(id);
      Live waiting = (Live) woken.state();
      var asked = Objects.requireNonNull(waiting.asked());
      assertThat(asked.id()).isEqualTo("verdict");
      assertThat(asked.proposal().path("answer").asText()).isEqualTo("18");
      assertThat(waiting.clock().runningSince()).as("time that counts").isZero();
      assertThat(input(woken, "other", "{'approve':true}"))
          .isInstanceOfSatisfying(
              Refused.class, refused -> assertThat(refused.why()).isEqualTo(Why.UNKNOWN));
      assertThat(input(woken, asked.id(), value)).isInstanceOf(Done.class);
      Ended ended = woken.awaitEnd();
      assertThat(process.inference().asked()).as("models that were asked again").isEmpty();
      assertThat(ended.spent().modelCalls()).isEqualTo(6);
      assertThat(ended.receipt().reissued()).isZero();
      return ended;
    } finally {
      opened.close();
    }
  }

  private static WorkflowReply input(TestWorkflow workflow, String id, String value) {
    JsonNode given = Simulation.object(value);
    return workflow.ask(reply -> new WorkflowCommand.GiveInput(id, given, reply));
  }

  @Test
  void an_approval_after_a_restart_ends_the_debate_with_the_approved_answer() {
    Ended ended = restartedAndTold("{'approve':true}");
    assertThat(ended.outcome()).isEqualTo(Outcome.COMPLETED);
    var answer = Objects.requireNonNull(ended.answer());
    assertThat(answer.answer()).isEqualTo("18");
    assertThat(answer.degraded()).isFalse();
    assertThat(answer.notes()).isEqualTo(List.of("a person approved it"));
  }

  @Test
  void a_refusal_after_a_restart_ends_it_without_an_answer() {
    Ended ended = restartedAndTold("{'approve':false}");
    assertThat(ended.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(ended.reason()).isEqualTo("the verdict was refused");
  }
}
