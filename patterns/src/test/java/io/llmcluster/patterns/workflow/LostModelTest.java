package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.debate.Script;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepRecord.Status;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A model that is lost while a debate is under way, with the words of those who lost it. */
class LostModelTest extends OnEachStore {

  private static final String KEEPS =
      "{\"reasoning\":\"I checked\",\"keep\":true,\"confidence\":0.6}";

  private static void play(Asked call, InferenceFailure lost) {
    String model = call.body().path("model").asText();
    if (call.step().startsWith("first/")) {
      call.answer(Script.answer(model.equals("a") ? "41" : "42", "0.5"));
    } else if (model.equals("c")) {
      call.fail(lost);
    } else {
      call.answer(KEEPS);
    }
  }

  @Override
  protected List<Pattern> patterns() {
    return List.of(new Debate());
  }

  private void assertGoesOnWithout(InferenceFailure lost, String reason) {
    process().inference().beBusy(); // no node is given what is lost
    TestWorkflow debate =
        begin("debate", "{'prompt':'What is 6 * 7?','models':['a','b','c'],'answers':'number'}");
    Awaitility.await()
        .atMost(TestMember.PATIENCE)
        .until(
            () -> {
              process().inference().open().forEach(call -> play(call, lost));
              return debate.state() instanceof Ended;
            });
    Ended ended = (Ended) debate.state();
    assertThat(Objects.requireNonNull(ended.answer()).answer()).isEqualTo("42");
    assertThat(ended.run().step("round1/debater3").orElseThrow())
        .extracting(StepRecord::status, StepRecord::reason)
        .containsExactly(Status.FAILED, reason);
  }

  @Test
  void a_debate_goes_on_without_a_model_that_disappears() {
    assertGoesOnWithout(new InferenceFailure.ModelNotFound("c"), "model 'c' not found");
  }

  @Test
  void a_debate_goes_on_without_a_model_whose_nodes_alone_are_down() {
    assertGoesOnWithout(
        new InferenceFailure.NoNode("no node that has model 'c' can be reached: n3 (down)", true),
        "no node that has model 'c' can be reached: n3 (down), for 200ms");
  }
}
