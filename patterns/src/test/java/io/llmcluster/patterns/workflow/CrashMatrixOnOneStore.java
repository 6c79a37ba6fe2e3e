package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.patterns.testkit.CrashMatrix;
import io.llmcluster.patterns.testkit.CrashMatrix.Crash;
import io.llmcluster.patterns.testkit.CrashRun;
import io.llmcluster.patterns.testkit.TestMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is lost at any point of any pattern's run, or of a conversation, changes nothing
 * of its outcome, and costs no more than the calls that were open. The tables are written to {@code
 * target/crash-matrix/}. A class for each store, so that processes can share the work; a database
 * for each run, since the servers that stand in for MongoDB read all of a journal for each event
 * that is looked for.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashMatrixOnOneStore {

  private final TestStore kind;
  private final StringBuilder table = new StringBuilder(CrashMatrix.Table.heading());
  private TestStore.@Nullable Opened store;

  CrashMatrixOnOneStore(TestStore kind) {
    this.kind = kind;
  }

  static Stream<CrashRun> runs() {
    return CrashRuns.all();
  }

  @BeforeAll
  void open() {
    Assumptions.assumeTrue(
        TestStore.here().contains(kind),
        () -> kind.id() + " is not among the stores that are here");
    store = kind.open();
  }

  @AfterAll
  void close() throws IOException {
    if (store != null) {
      store.close();
      Path written = Path.of("target", "crash-matrix", kind.id() + ".txt");
      Files.createDirectories(written.getParent());
      Files.writeString(written, table);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void a_crash_at_any_point_changes_no_outcome_and_costs_at_most_the_open_calls(CrashRun run) {
    CrashMatrix.Table played;
    try (TestMember member =
        TestMember.on(Objects.requireNonNull(store).another(), CrashRuns.patterns())) {
      played = CrashMatrix.play(member, run);
    }
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
