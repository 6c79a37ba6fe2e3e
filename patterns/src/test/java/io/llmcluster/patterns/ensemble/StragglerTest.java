package io.llmcluster.patterns.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.testkit.ScriptedInference;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.OnEachStore;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An ensemble, one of whose models has the call and never says a word. */
class StragglerTest extends OnEachStore {

  @Override
  protected List<Pattern> patterns() {
    return List.of(new EnsemblePattern());
  }

  @Test
  void a_silent_model_is_let_go_after_the_stragglers_deadline_and_the_others_answer() {
    ScriptedInference models = process().inference();
    models.beBusy();
    TestWorkflow workflow =
        begin(
            "ensemble",
            "{'prompt':'q','models':['a','b','c'],'rule':'synthesize','stragglerDeadline':1}");
    models.await("candidate/1.1").answer("one");
    models.await("candidate/2.1").answer("two");
    Asked silent = models.await("candidate/3.1");
    silent.place();
    models.await("synthesize/1").answer("one and two");
    assertThat(silent.isAborted()).isTrue();
    Ended ended = workflow.awaitEnd();
    assertThat(Objects.requireNonNull(ended.answer()).answer()).isEqualTo("one and two");
    assertThat(ended.run().step("candidate/3.1").orElseThrow())
        .extracting(StepRecord::status, StepRecord::reason)
        .containsExactly(StepRecord.Status.FAILED, "no end of the answer within 1s");
  }
}
