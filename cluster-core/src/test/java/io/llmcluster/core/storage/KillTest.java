package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that use the embedded store and are killed in the middle of writing. */
class KillTest {

  private static final int ROUNDS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder = Path.of("");

  private Store.OwnFile own() {
    return new Store.OwnFile(folder.resolve("store"));
  }

  private String dataDir() {
    return "data-dir=\"" + folder + "\"";
  }

  private static void awaitEvents(WriterProcess writer, int events) {
    Awaitility.await().atMost(PATIENCE).until(() -> writer.total() >= events || !writer.isAlive());
    assertThat(writer.isAlive()).as(writer.output()).isTrue();
  }

  private static void nothingIsLost(TestSystem system, Map<String, Integer> acknowledged) {
    assertThat(acknowledged).hasSize(Writers.COUNTERS);
    acknowledged.forEach(
        (id, events) ->
            assertThat(system.get(system.counter(id, "t")).events())
                .as(id)
                .isGreaterThanOrEqualTo(events));
  }

  @Test
  void kill_9_loses_nothing_that_was_acknowledged() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      try (WriterProcess writer = WriterProcess.start("kill", dataDir())) {
        awaitEvents(writer, 300 * round * round);
        writer.kill();
        try (TestSystem system = TestSystem.start(own())) {
          nothingIsLost(system, writer.acknowledged());
        }
      }
    }
  }

  @Test
  void a_second_process_on_the_same_folder_is_refused_in_one_line() throws Exception {
    try (TestSystem first = TestSystem.start(own());
        WriterProcess second = WriterProcess.start("second", dataDir())) {
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output())
          .contains(
              "REFUSED data-dir: "
                  + folder
                  + " is in use by another process (expected: a folder of its own for each"
                  + " cluster; to add members use up --members, or MONGODB_URI and --join)");
      assertThat(first.add(first.counter("first", "t"), 1).events()).isEqualTo(1);
    }
  }

  @Test
  void a_killed_member_takes_nothing_from_those_who_use_the_same_served_store() throws Exception {
    try (StoreServer server = StoreServer.start(own())) {
      String address = "storage.server=\"" + server.address() + "\"";
      try (WriterProcess one = WriterProcess.start("one", dataDir(), address);
          WriterProcess other = WriterProcess.start("other", dataDir(), address)) {
        awaitEvents(one, 200);
        awaitEvents(other, 200);
        one.kill();
        awaitEvents(other, other.total() + 200);
        Store store = StorageSettings.create(config(address)).store();
        try (TestSystem system = TestSystem.start(store)) {
          nothingIsLost(system, one.acknowledged());
        }
        other.kill();
        try (TestSystem system = TestSystem.start(store)) {
          nothingIsLost(system, other.acknowledged());
        }
      }
    }
    assertThat(Files.exists(H2.keyFile(own().folder()))).isFalse();
  }

  private com.typesafe.config.Config config(String address) {
    return com.typesafe.config.ConfigFactory.parseString(dataDir() + "\n" + address)
        .withFallback(com.typesafe.config.ConfigFactory.load());
  }
}
