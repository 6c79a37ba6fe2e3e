package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who opens the store, and what members say that cannot. */
class StorageIT {

  private static final String LEFT_OUT = "it leaves out the role workflow";

  private final Path folder = MemberProcess.newFolder();

  private String dataDir() {
    return "data-dir=\"" + folder + "\"";
  }

  private Path database() {
    return folder.resolve("store/journal.mv.db");
  }

  private Path key() {
    return folder.resolve("store/server.key");
  }

  @Test
  void a_member_opens_its_store_and_after_a_clean_stop_or_kill_9_the_next_one_can()
      throws Exception {
    try (MemberProcess member = MemberProcess.start(dataDir())) {
      assertThat(database()).isRegularFile();
      member.terminate();
      assertThat(member.exitCode()).isIn(0, 143);
    }
    try (MemberProcess member = MemberProcess.start(dataDir())) {
      member.kill();
      member.exitCode();
    }
    MemberProcess.start(dataDir()).close();
  }

  @Test
  void a_second_cluster_on_the_same_folder_is_refused_in_one_line() throws Exception {
    try (MemberProcess first = MemberProcess.start(dataDir());
        MemberProcess second =
            MemberProcess.launch(
                Map.of("NODE_ENV", "production", "LLAMA_BASE_URL", "http://127.0.0.1:9"),
                "up",
                "--port",
                "0",
                "--data-dir",
                folder.toString(),
                "--set",
                "cluster.port=0")) {
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output().lines().filter(line -> line.startsWith("llm-cluster: ")))
          .containsExactly(
              "llm-cluster: data-dir: "
                  + folder
                  + " is in use by another process (expected: a folder of its own for each"
                  + " cluster; to add members use up --members, or MONGODB_URI and --join)");
      assertThat(first.isAlive()).isTrue();
    }
  }

  @Test
  void a_member_that_joins_without_a_common_store_says_that_it_leaves_workflows_out() {
    try (MemberProcess first = MemberProcess.start(dataDir());
        MemberProcess second = MemberProcess.start(first.joins(), dataDir())) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> second.gateway().members() == 2);
      assertThat(second.output())
          .containsOnlyOnce(LEFT_OUT)
          .contains("MONGODB_URI", "storage.server");
      assertThat(first.output()).doesNotContain(LEFT_OUT);
    }
  }

  @Test
  void several_members_of_one_machine_share_the_store_of_the_process_that_started_them()
      throws Exception {
    try (StandIn backend = StandIn.start("a");
        MemberProcess parent =
            MemberProcess.launch(
                Map.of(),
                "up",
                "--members",
                "2",
                "--port",
                "0",
                "--data-dir",
                folder.toString(),
                "--set",
                "node.port=0",
                "--set",
                "cluster.port=0",
                "--set",
                "nodes=[" + backend.node(4) + "]")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> parent.output().contains("Ctrl-C stops all of them"));
      assertThat(parent.output()).doesNotContain(LEFT_OUT);
      assertThat(key()).isRegularFile();
      assertThat(commandLines(parent))
          .hasSize(2)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains("storage.server=\"127.0.0.1:")
                      .doesNotContain(text(key())));
      parent.terminate();
      parent.exitCode();
      assertThat(key()).doesNotExist();
    }
    MemberProcess.start(dataDir()).close(); // nothing holds the folder any more
  }

  /** Of the members; anybody on the machine can read them. Java itself does not tell long ones. */
  private static List<String> commandLines(MemberProcess parent) {
    try (Stream<ProcessHandle> children = ProcessHandle.of(parent.pid()).orElseThrow().children()) {
      return children.map(child -> text(Path.of("/proc/" + child.pid() + "/cmdline"))).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
