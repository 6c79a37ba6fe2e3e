package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.testkit.StoreContents;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Which snapshots of a long run a store keeps; tests take one every 10 events. What is kept is
 * looked up past the plugins, in tables and collections.
 */
class SnapshotsTest extends OnEachStore {

  /** A vote is one write for all that it begins with, one for each answer, and two for its end. */
  private TestWorkflow voted(int voters) {
    TestWorkflow workflow = begin("vote", "{'prompt':'q','width':" + voters + "}");
    for (int voter = 1; voter <= voters; voter++) {
      answer("v" + voter, "yes");
    }
    answer("z", "sure");
    workflow.awaitEnd();
    return workflow;
  }

  private List<Long> awaitStored(TestWorkflow workflow, List<Long> wanted) {
    return Awaitility.await("snapshots of " + workflow.id())
        .atMost(TestMember.PATIENCE)
        .until(() -> stored(workflow), wanted::equals);
  }

  private List<Long> stored(TestWorkflow workflow) {
    return new StoreContents(member().system(), member().store())
        .snapshots(WorkflowActor.persistenceId(workflow.id()).id());
  }

  @Test
  void the_last_three_are_kept_at_their_distance_and_no_earlier_one() {
    TestWorkflow workflow = voted(40);
    assertThat(workflow.events()).as("so that more were taken than are kept").hasSize(85);
    assertThat(awaitStored(workflow, List.of(60L, 70L, 80L))).hasSize(PatternSettings.SNAPSHOTS);
  }

  @Test
  void one_that_was_taken_late_because_of_many_events_in_one_write_stays_a_while_longer() {
    TestWorkflow workflow = voted(31); // the first write has 32 events, and so 10 and 20 have none
    assertThat(workflow.events()).hasSize(67);
    awaitStored(workflow, List.of(32L, 40L, 50L, 60L));
  }

  @Test
  void a_run_comes_back_from_the_snapshots_that_are_left() {
    TestWorkflow workflow = voted(41);
    awaitStored(workflow, List.of(60L, 70L, 80L));
    workflow.awaitPassivation();
    workflow.stop();
    TestProcess later = another();
    TestWorkflow woken = later.start(workflow.id());
    assertThat(
            woken.ask(
                reply -> new WorkflowCommand.Reaggregate(Simulation.object("{'least':4}"), reply)))
        .isInstanceOf(WorkflowReply.Done.class);
    Ended ended = (Ended) woken.state();
    assertThat(Objects.requireNonNull(ended.answer()).answer()).isEqualTo("yes: sure");
    assertThat(ended.run().decision("reaggregation1").orElseThrow().chosen()).isEqualTo("yes");
    assertThat(later.inference().asked()).isEmpty();
  }
}
