package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestStore;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Which snapshots of a long run the embedded store keeps; tests take one every 10 events. Only
 * there: which are kept is asked of the tables, by SQL, and is Pekko's own arithmetic on each
 * store. That a run comes back from its snapshots on each is shown where runs are long enough for
 * one ({@link CrashMatrixOnOneStore}).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotsTest {

  private TestStore.@Nullable Opened store;
  private @Nullable TestMember member;

  @BeforeAll
  void open() {
    store = TestStore.EMBEDDED.open();
    member = TestMember.on(store.store(), SmallPattern.ALL);
  }

  @AfterAll
  void close() {
    member().close();
    Objects.requireNonNull(store).close();
  }

  private TestMember member() {
    return Objects.requireNonNull(member);
  }

  /** A vote is one write for all that it begins with, one for each answer, and two for its end. */
  private TestWorkflow voted(int voters) {
    TestProcess process = member().process();
    TestWorkflow workflow = process.start(UUID.randomUUID().toString());
    workflow.submit("vote", "{'prompt':'q','width':" + voters + "}");
    for (int voter = 1; voter <= voters; voter++) {
      process.inference().await("v" + voter).answer("yes");
    }
    process.inference().await("z").answer("sure");
    workflow.awaitEnd();
    return workflow;
  }

  private List<Long> awaitStored(TestWorkflow workflow, List<Long> wanted) {
    return Awaitility.await("snapshots of " + workflow.id())
        .atMost(TestMember.PATIENCE)
        .until(() -> stored(workflow), wanted::equals);
  }

  private List<Long> stored(TestWorkflow workflow) {
    Config db =
        member()
            .system()
            .settings()
            .config()
            .getConfig("pekko-persistence-jdbc")
            .getConfig("shared-databases.slick.db");
    String sql =
        "SELECT \"sequence_number\" FROM PUBLIC.\"snapshot\" WHERE \"persistence_id\" LIKE ?"
            + " ORDER BY \"sequence_number\"";
    try (Connection connection =
            DriverManager.getConnection(
                db.getString("url"), db.getString("user"), db.getString("password"));
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, "%" + workflow.id());
      List<Long> found = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getLong(1));
        }
      }
      return found;
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
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
    TestProcess later = member().process();
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
