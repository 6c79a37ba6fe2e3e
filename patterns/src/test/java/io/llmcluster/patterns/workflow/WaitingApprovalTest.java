package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.Simulation;
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
class WaitingApprovalTest extends OnEachStore {

  private static final String REQUEST =
      "{'prompt':'How many apples are there?','models':['a','b','c'],'answers':'number',"
          + "'approve':true,'seed':5}";

  @Override
  protected List<Pattern> patterns() {
    return BuiltInPatterns.all();
  }

  /** Two against one, who stays alone. */
  private TestWorkflow debated() {
    TestWorkflow workflow = process().start(UUID.randomUUID().toString());
    assertThat(workflow.submit("debate", REQUEST)).isInstanceOf(Done.class);
    String[] answers = {"18", "19", "18"};
    for (int i = 0; i < answers.length; i++) {
      say(
          "first/debater" + (i + 1),
          "{'reasoning':'counted','answer':'" + answers[i] + "','confidence':0.5}");
    }
    for (int i = 1; i <= answers.length; i++) {
      say("round1/debater" + i, "{'reasoning':'again','keep':true,'confidence':0.9}");
    }
    workflow.awaitLive(live -> live.asked() != null);
    assertThat(process().inference().asked()).hasSize(6);
    return workflow;
  }

  private void say(String step, String json) {
    answer(step, Simulation.object(json).toString());
  }

  /** What a restarted member makes of a person's word. */
  private Ended restartedAndTold(String value) {
    TestWorkflow workflow = debated();
    workflow.awaitPassivation();
    anotherMember();
    TestWorkflow woken = process().start(workflow.id());
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
    assertThat(process().inference().asked()).as("models that were asked again").isEmpty();
    assertThat(ended.spent().modelCalls()).isEqualTo(6);
    assertThat(ended.receipt().reissued()).isZero();
    return ended;
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
