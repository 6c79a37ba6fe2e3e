package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.testkit.FerretDb;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.it.ProcessCrashes.Played;
import io.llmcluster.it.ProcessCrashes.Script;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member that is killed (-9) after an event of a run changes nothing of the outcome, and costs no
 * more than the calls that were open. Its tables go to {@code target/crash-matrix/}.
 *
 * <p>Each kill costs the start of a member, so by default each pattern and a conversation are
 * killed on the embedded store, and an ensemble, a debate and a conversation elsewhere, at as many
 * events as {@code crash.points} says (1), spread over the run; {@code crash.points=all}: all of
 * them after each event, on each store ({@code make crash-matrix}).
 */
class ProcessCrashIT {

  private static final String POINTS = System.getProperty("crash.points", "1");

  /** Runs that are disturbed in an ordinary test run on other stores than the embedded one. */
  private static final List<Script> FEW = CrashScripts.ALL.subList(0, 3);

  private static final String CONVERSATIONS = "/api/agents/conversations";

  @TempDir Path folder = Path.of("");

  @Test
  void a_process_killed_on_the_embedded_store_changes_no_outcome() throws IOException {
    String data = "data-dir=\"" + folder + "\"";
    play("embedded", CrashScripts.ALL, nodes -> MemberProcess.start(nodes, data));
  }

  /** On the embedded store; the second attempt is visible. */
  @Test
  void a_turn_of_a_conversation_that_a_kill_cut_off_is_asked_again_once() throws Exception {
    String data = "data-dir=\"" + folder + "\"";
    try (ScriptedBackend backend = ScriptedBackend.start("scripted", asked -> {}, "a")) {
      String nodes = "nodes=[" + backend.node(4) + "]";
      String path;
      try (MemberProcess first = MemberProcess.start(nodes, data)) {
        Gateway gateway = first.gateway();
        Awaitility.await()
            .until(() -> gateway.node("scripted").path("health").asText().equals("up"));
        String id =
            Gateway.parse(gateway.post(CONVERSATIONS, "{\"model\":\"a\"}").body())
                .path("id")
                .asText();
        path = CONVERSATIONS + "/" + id + "/messages";
        gateway.post(path, "{\"content\":\"Hello\",\"messageId\":\"m1\"}");
        Awaitility.await().until(() -> backend.asked().size() == 1);
        first.kill();
      }
      backend.dropOpen();
      try (MemberProcess second = MemberProcess.start(nodes, data)) {
        String message = path + "/m1";
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> backend.asked().size() == 2);
        backend.asked().get(1).answer("Hi");
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> second.gateway().get(message).path("status").asText().equals("answered"));
        JsonNode turn = second.gateway().get(message);
        assertThat(turn.path("attempt").asInt()).isEqualTo(2);
        assertThat(turn.path("recovery").path("reissued").asInt()).isEqualTo(1);
        assertThat(turn.path("recovery").path("tokensLost").asInt())
            .isEqualTo("Hello".length() / 4);
        assertThat(turn.path("answer").path("content").asText()).isEqualTo("Hi");
        assertThat(backend.asked()).hasSize(2);
      }
    }
  }

  @Test
  void a_process_killed_on_ferretdb_changes_no_outcome() throws IOException {
    try (FerretDb server = FerretDb.start(folder)) {
      play("ferretdb", POINTS.equals("all") ? CrashScripts.ALL : FEW, onMongo(server.uri()));
    }
  }

  @Test
  @Tag(TestStore.ON_MONGODB)
  @EnabledIfEnvironmentVariable(named = "LLM_CLUSTER_TEST_MONGODB", matches = ".+")
  void a_process_killed_on_the_given_mongodb_changes_no_outcome() throws IOException {
    play(
        "mongodb",
        POINTS.equals("all") ? CrashScripts.ALL : FEW,
        onMongo(System.getenv("LLM_CLUSTER_TEST_MONGODB")));
  }

  private Function<String, MemberProcess> onMongo(String uri) {
    String database = "llm-cluster-test-" + UUID.randomUUID().toString().substring(0, 8);
    return nodes ->
        MemberProcess.start(
            nodes,
            "data-dir=\"" + folder + "\"",
            "mongodb.uri=\"" + uri + "\"",
            "mongodb.database=" + database);
  }

  private static void play(
      String store, List<Script> scripts, Function<String, MemberProcess> start)
      throws IOException {
    boolean all = POINTS.equals("all");
    StringBuilder table = new StringBuilder(Played.heading());
    try (ProcessCrashes crashes = new ProcessCrashes(start)) {
      for (Script script : scripts) {
        Played undisturbed = crashes.play(script, 0);
        assertThat(undisturbed.outcome()).startsWith("completed");
        long killed = 0;
        for (long point : points(all, undisturbed.events())) {
          // Events are stored several at once, and then told at once: the last ones with the end.
          if (point > killed) {
            Played played = crashes.play(script, point);
            check(played, undisturbed);
            if (played.killedAfter() == 0) {
              break;
            }
            killed = played.killedAfter();
            table.append(played.line(script.name(), undisturbed));
          }
        }
        assertThat(killed).as("last kill").isGreaterThan(undisturbed.events() / 3);
      }
    } finally {
      Path written = Files.createDirectories(Path.of("target", "crash-matrix"));
      Files.writeString(written.resolve(store + ".txt"), table);
    }
  }

  /** Not the last event: nothing is left to be done after it. */
  private static List<Long> points(boolean all, int events) {
    if (all) {
      return LongStream.range(1, events).boxed().toList();
    }
    long wanted = Long.parseLong(POINTS);
    return LongStream.rangeClosed(1, wanted)
        .mapToObj(i -> Math.max(1, i * events / (wanted + 1)))
        .toList();
  }

  private static void check(Played played, Played undisturbed) {
    assertThat(played.outcome()).as("%s", played).isEqualTo(undisturbed.outcome());
    assertThat(played.calls() - undisturbed.calls())
        .as("%s", played)
        .isLessThanOrEqualTo(played.open());
    assertThat(played.reissued()).as("%s", played).isEqualTo(played.open());
    assertThat(played.toldOnce()).as("%s", played).isTrue();
  }
}
