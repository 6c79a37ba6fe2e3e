package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.core.testkit.FerretDb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real server process of MongoDB's protocol, which is killed too. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class FerretDbTest implements StoreContract {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static FerretDb server;

  @BeforeAll
  static void start() throws IOException {
    server = FerretDb.start(folder);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  public Store store() {
    return new Store.Mongo(server.uri(), "llm-cluster");
  }

  /** FerretDB knows no {@code $max} in {@code $group}, which the plugin deletes events with. */
  @Override
  @Test
  public void what_was_erased_is_gone_and_its_id_begins_anew() {
    String id = UUID.randomUUID().toString();
    try (TestSystem system = TestSystem.start(store())) {
      system.add(system.counter(id, "t"), 1);
      assertThatThrownBy(() -> system.erase(id))
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(EraseFailedException.class)
          .hasMessageStartingWith("the store did not delete the events of " + id + ": ")
          .hasMessageContaining("$max");
    }
  }

  @Test
  void a_server_that_is_killed_and_comes_back_loses_nothing_and_writing_goes_on() throws Exception {
    String prefix = UUID.randomUUID().toString();
    try (TestSystem system = TestSystem.start(store())) {
      Writers writers = Writers.start(system, prefix, Duration.ofSeconds(2), (id, events) -> {});
      awaitProgress(writers, Map.of());
      server.kill();
      Awaitility.await().atMost(PATIENCE).until(() -> writers.refused() >= Writers.COUNTERS);
      Map<String, Integer> before = writers.acknowledged();
      server.startAgain();
      awaitProgress(writers, before);
      writers.stop();
      Map<String, Integer> acknowledged = writers.acknowledged();
      try (TestSystem later = TestSystem.start(store())) {
        acknowledged.forEach(
            (id, events) ->
                assertThat(later.get(later.counter(id, "t")).events())
                    .as(id)
                    .isGreaterThanOrEqualTo(events));
      }
    }
  }

  /** Each counter has come three events further. */
  private static void awaitProgress(Writers writers, Map<String, Integer> since) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                writers.acknowledged().size() == Writers.COUNTERS
                    && writers.acknowledged().entrySet().stream()
                        .allMatch(
                            one -> one.getValue() >= since.getOrDefault(one.getKey(), 0) + 3));
  }
}
