package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.testkit.CrashMatrix;
import io.llmcluster.patterns.testkit.CrashMatrix.Crash;
import io.llmcluster.patterns.testkit.CrashRun;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is lost at any point of any pattern's run, or of a conversation, changes nothing
 * of its outcome, and costs no more than the calls that were open. The tables are written to {@code
 * target/crash-matrix/}. FerretDB reads all of its journal for each event that is looked for, so
 * there only every eighth point is tried, unless {@code crash.points=all}.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.llmcluster.patterns.testkit.TestStore#here")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashMatrixTest {

  @Parameter @Nullable TestStore parameter;

  private TestStore.@Nullable Opened store;
  private @Nullable TestMember member;
  private StringBuilder table = new StringBuilder();

  private TestStore parameter() {
    return Objects.requireNonNull(parameter);
  }

  static Stream<CrashRun> runs() {
    return CrashRuns.all();
  }

  @BeforeParameterizedClassInvocation
  void open() {
    table = new StringBuilder(CrashMatrix.Table.heading());
    store = parameter().open();
    member = TestMember.on(store.store(), CrashRuns.patterns());
  }

  @AfterParameterizedClassInvocation
  void close() throws IOException {
    Path written = Path.of("target", "crash-matrix", parameter().id() + ".txt");
    Files.createDirectories(written.getParent());
    Files.writeString(written, table);
    Objects.requireNonNull(member).close();
    Objects.requireNonNull(store).close();
  }

  private int everyPoint() {
    boolean all = System.getProperty("crash.points", "").equals("all");
    return parameter() == TestStore.FERRETDB && !all ? 8 : 1;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void a_crash_at_any_point_changes_no_outcome_and_costs_at_most_the_open_calls(CrashRun run) {
    TestMember there = Objects.requireNonNull(member);
    CrashMatrix.Table played = CrashMatrix.play(there, run, everyPoint());
    table.append(played.lines());
    assertThat(played.crashes()).isNotEmpty();
    for (Crash crash : played.crashes()) {
      assertThat(crash.outcome()).as("%s", crash).isEqualTo(played.outcome());
      assertThat(crash.extraCalls()).as("%s", crash).isLessThanOrEqualTo(crash.open());
      assertThat(crash.reissued()).as("%s", crash).isEqualTo(crash.open());
      assertThat(crash.completedTwice()).as("%s", crash).isEmpty();
    }
  }
}
