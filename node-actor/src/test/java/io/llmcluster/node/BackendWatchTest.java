package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendDetector;
import io.llmcluster.node.backend.BackendSettings;
import io.llmcluster.node.backend.RawServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server of another kind on the port of one that was found out. */
class BackendWatchTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final BackendSettings SETTINGS =
      new BackendSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          100_000,
          1_000_000,
          new ByteBudget(2_000_000),
          new ByteBudget(2_000_000));

  private final RawServer server = new RawServer();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  private BackendWatch watch(BackendKind told) {
    NodeSpec spec =
        new NodeSpec(
            "n", server.address().host(), server.address().port(), "", "", List.of(), told, 0);
    return new BackendWatch(spec, new BackendDetector(KIT.system(), SETTINGS));
  }

  private static void look(BackendWatch watch, int times) {
    for (int i = 0; i < times; i++) {
      watch.looked(
          watch.look().orElseThrow().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join());
    }
  }

  private static BackendKind kind(BackendWatch watch) {
    return Objects.requireNonNull(watch.backend()).kind();
  }

  private void ollama() {
    server
        .json("/api/version", "{\"version\":\"0.17.4\"}")
        .json("/api/tags", "{}")
        .json("/api/ps", "{}");
  }

  private void noOllama() {
    for (String path : List.of("/api/version", "/api/tags", "/api/ps")) {
      server.on(path, exchange -> exchange.whole(404, "text/plain", "not found"));
    }
  }

  @Test
  void a_server_of_another_kind_is_used_in_the_place_of_the_one_before() {
    ollama();
    BackendWatch watch = watch(BackendKind.AUTO);
    look(watch, 1);
    assertThat(kind(watch)).isEqualTo(BackendKind.OLLAMA);
    noOllama();
    server.json("/v1/models", "{\"data\":[{\"id\":\"other\"}]}");
    look(watch, 3);
    assertThat(kind(watch)).as("found once").isEqualTo(BackendKind.OLLAMA);
    look(watch, 1);
    assertThat(kind(watch)).as("found twice").isEqualTo(BackendKind.OPENAI);
    assertThat(watch.status().health()).isEqualTo(NodeHealth.UP);
    assertThat(watch.status().installed()).singleElement().matches(m -> m.name().equals("other"));
  }

  @Test
  void a_server_that_looks_like_another_kind_for_a_moment_stays_what_it_is() {
    ollama();
    BackendWatch watch = watch(BackendKind.AUTO);
    look(watch, 1);
    noOllama();
    server.json("/v1/models", "{\"data\":[{\"id\":\"other\"}]}");
    look(watch, 3);
    ollama();
    look(watch, 2);
    assertThat(kind(watch)).isEqualTo(BackendKind.OLLAMA);
    assertThat(watch.status().health()).isEqualTo(NodeHealth.UP);
  }

  @Test
  void one_failed_look_leaves_a_doubt_that_the_next_one_ends() {
    ollama();
    BackendWatch watch = watch(BackendKind.OLLAMA);
    look(watch, 1);
    assertThat(watch.isInDoubt()).isFalse();
    noOllama();
    look(watch, 1);
    assertThat(watch.isInDoubt()).isTrue();
    assertThat(watch.status().health()).isEqualTo(NodeHealth.UP);
    look(watch, 1);
    assertThat(watch.isInDoubt()).isFalse();
    assertThat(watch.status().health()).isEqualTo(NodeHealth.BROKEN);
  }

  @Test
  void what_is_only_broken_is_found_out_anew_now_and_then() {
    ollama();
    BackendWatch watch = watch(BackendKind.AUTO);
    look(watch, 1);
    Backend found = watch.backend();
    noOllama();
    look(watch, 30);
    assertThat(server.asked("/v1/models")).isEqualTo(3);
    assertThat(watch.status().health()).isEqualTo(NodeHealth.BROKEN);
    ollama();
    look(watch, 10);
    assertThat(watch.status().health()).isEqualTo(NodeHealth.UP);
    assertThat(watch.backend()).isSameAs(found);
  }

  @Test
  void what_the_operator_has_told_is_not_doubted() {
    ollama();
    BackendWatch watch = watch(BackendKind.OLLAMA);
    look(watch, 1);
    noOllama();
    look(watch, 5);
    assertThat(server.asked("/v1/models")).isZero();
    assertThat(kind(watch)).isEqualTo(BackendKind.OLLAMA);
  }
}
