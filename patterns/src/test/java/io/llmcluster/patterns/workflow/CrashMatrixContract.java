package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.storage.Store;
import io.llmcluster.patterns.testkit.CrashMatrix;
import io.llmcluster.patterns.testkit.CrashMatrix.Crash;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.workflow.CrashRuns.CrashRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is lost at any point of any pattern's run changes nothing of its outcome, and
 * costs no more than the calls that were open. The table is written to {@code
 * target/crash-matrix/}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashMatrixContract {

  private @Nullable TestMember member;
  private final StringBuilder table = new StringBuilder(CrashMatrix.Table.heading());

  abstract Store store(Path folder);

  abstract String storeName();

  /** After its last user. */
  void stopStore() {}

  static Stream<CrashRun> runs() {
    return CrashRuns.all();
  }

  @BeforeAll
  void open(@TempDir Path folder) {
    member = TestMember.on(store(folder), CrashRuns.patterns());
  }

  @AfterAll
  void close() throws IOException {
    Path written = Path.of("target", "crash-matrix", storeName() + ".txt");
    Files.createDirectories(written.getParent());
    Files.writeString(written, table);
    if (member != null) {
      member.close();
    }
    stopStore();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void a_crash_at_any_point_changes_no_outcome_and_costs_at_most_the_open_calls(CrashRun run) {
    TestMember there = java.util.Objects.requireNonNull(member);
    CrashMatrix.Table played = CrashMatrix.play(there, run.pattern(), run.request(), run.script());
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
