package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as it is started: what it prints, how it ends. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class CommandLineIT {

  private static final Map<String, String> PRODUCTION =
      Map.of("NODE_ENV", "production", "LLAMA_BASE_URL", "http://127.0.0.1:9");

  private static final String GENERATE = "{\"model\":\"m\",\"prompt\":\"x\"}";

  @TempDir Path folder;

  private static MemberProcess launch(String... arguments) {
    return MemberProcess.launch(PRODUCTION, arguments);
  }

  private static String[] upWith(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("up"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments.toArray(String[]::new);
  }

  /** One line on the whole, whatever the log says before; no stack trace; exit code 1. */
  private static void failsWith(MemberProcess member, String... parts) throws Exception {
    try (member) {
      assertThat(member.exitCode()).as(member.output()).isEqualTo(1);
      List<String> lines =
          member.output().lines().filter(line -> line.startsWith("llm-cluster: ")).toList();
      assertThat(lines).as(member.output()).hasSize(1);
      assertThat(lines.get(0)).contains(parts);
      assertThat(member.output()).doesNotContain("\tat ", "Exception");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.prot=1 | server.prot: unknown key | did you mean server.port?",
        "server.port=70000 | server.port: 70000 | expected: from 0 to 65535",
        "server.port=abc | server.port: abc | expected: a whole number",
        "cluster.seeds=[nonsense] | cluster.seeds | expected",
        "nodes=[{host:x}] | nodes | expected",
        "server=7 | server: 7 | expected: a block",
        "cluster.profile=quick | cluster.profile: quick | expected: one of",
      })
  void a_wrong_setting_is_one_line_that_names_it(String setting, String what, String expected)
      throws Exception {
    failsWith(launch("up", "--set", setting), what, expected);
  }

  @Test
  void a_config_file_that_is_missing_or_broken_is_named() throws Exception {
    Path missing = folder.resolve("missing.conf");
    failsWith(launch("up", "--config", missing.toString()), missing.toString(), "cannot be read");
    Path broken = Files.writeString(folder.resolve("broken.conf"), "server { port = ");
    failsWith(launch("up", "--config", broken.toString()), broken.toString());
    Path yaml = Files.writeString(folder.resolve("config.yaml"), "server:\n  port: [1\n");
    failsWith(launch("up", "--config", yaml.toString()), yaml.toString());
  }

  @ParameterizedTest
  @CsvSource({"server.port", "node.port", "cluster.port"})
  void a_taken_port_is_named(String key) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> settings =
          new ArrayList<>(List.of("server.port=0", "node.port=0", "cluster.port=0"));
      settings.add(key + "=" + taken.getLocalPort());
      failsWith(
          launch(upWith(settings.toArray(String[]::new))),
          key,
          String.valueOf(taken.getLocalPort()),
          "cannot be bound");
    }
  }

  @Test
  void what_keeps_one_of_several_members_from_starting_is_said_once() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> arguments = new ArrayList<>(List.of("up", "--members", "2"));
      String port = String.valueOf(taken.getLocalPort());
      for (String setting : List.of("server.port=" + port, "node.port=0", "cluster.port=0")) {
        arguments.addAll(List.of("--set", setting));
      }
      failsWith(launch(arguments.toArray(String[]::new)), "server.port", port, "cannot be bound");
    }
  }

  @Test
  void an_unreachable_seed_is_named() throws Exception {
    failsWith(
        launch(
            upWith(
                "server.port=0",
                "node.port=0",
                "cluster.port=0",
                "cluster.joinTimeout=3s",
                "cluster.seeds=[\"127.0.0.1:9\"]")),
        "cluster.seeds",
        "127.0.0.1:9");
  }

  @Test
  void a_data_folder_that_cannot_be_written_is_named() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    failsWith(launch("up", "--data-dir", file.toString()), "data-dir", file.toString());
  }

  @Test
  void a_node_and_another_gateway_join_by_their_commands_and_are_ready_when_they_say_so()
      throws Exception {
    try (StandIn backend = StandIn.start("a");
        MemberProcess first = MemberProcess.start("cluster.roles=[gateway]");
        MemberProcess node =
            MemberProcess.launch(
                Map.of("LLAMA_BASE_URL", "http://127.0.0.1:" + backend.port()),
                joining("node", first))) {
      node.awaitReady();
      assertThat(node.output()).contains("ready: gateway=- node=127.0.0.1:");
      try (MemberProcess gateway = launch(joining("gateway", first))) {
        gateway.awaitReady();
        assertThat(gateway.output()).contains(" node=- cluster=127.0.0.1:");
        var answer = gateway.gateway().post("/api/generate", GENERATE);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Gateway.text(Gateway.parseLines(answer.body()))).isEqualTo(backend.text());
      }
    }
  }

  private static String[] joining(String command, MemberProcess member) {
    return new String[] {
      command, "--join", member.cluster(), "--port", "0", "--set", "cluster.port=0"
    };
  }

  @Test
  void a_start_tells_the_machine_the_nodes_and_three_lines_to_paste() {
    try (StandIn backend = StandIn.start("a");
        MemberProcess member = MemberProcess.start("nodes=[" + backend.node(4) + "]")) {
      Awaitility.await().until(() -> member.output().contains("/health\n"));
      String url = member.gateway().url();
      assertThat(member.output().lines())
          .anyMatch(line -> line.matches("hardware: [a-z]+/\\w+, \\d+ CPUs.*, \\d+ GiB, .*"))
          .contains(
              "node a: up, ollama 0.17.4 at 127.0.0.1:" + backend.port() + ", models: m:latest",
              "  curl "
                  + url
                  + "/api/generate -d '{\"model\":\"m:latest\",\"prompt\":\"Why is the sky"
                  + " blue?\"}'",
              "  base URL for ollama-js: " + url + "   for openai: " + url + "/v1",
              "  " + url + "/health");
    }
  }

  /** A member that stood still for so long that the other one went on without it. */
  @Test
  void a_member_that_the_cluster_shut_out_says_so_in_one_line_and_ends_with_1() throws Exception {
    try (MemberProcess first = MemberProcess.start();
        MemberProcess second = MemberProcess.start(first.joins())) {
      second.signal("STOP");
      try (MemberProcess later = MemberProcess.start(first.joins())) {
        second.signal("CONT");
        failsWith(second, "shut this member out");
        UpMembersIT.awaitMembers(2, first.gateway(), later.gateway());
      }
    }
  }

  @Test
  void status_prints_a_table_and_chat_talks() throws Exception {
    try (StandIn backend = StandIn.start("a");
        MemberProcess member = MemberProcess.start("nodes=[" + backend.node(4) + "]")) {
      MemberProcess status = launch("status", "--url", member.gateway().url());
      assertThat(status.exitCode()).isZero();
      assertThat(status.output())
          .containsPattern("MEMBERS")
          .containsPattern("a +ollama .* up +0/4 +m:latest");
      Process chat = chat("m", member.gateway().url());
      assertThat(said(chat)).contains(backend.text().strip());
      assertThat(chat.waitFor()).isZero();
      Process unknown = chat("absent", member.gateway().url());
      assertThat(said(unknown)).contains("llm-cluster: ", "absent", "not found");
      assertThat(unknown.waitFor()).isEqualTo(1);
    }
    MemberProcess nobody = launch("status", "--url", "http://127.0.0.1:9");
    assertThat(nobody.exitCode()).isEqualTo(1);
    assertThat(nobody.output().strip().lines()).hasSize(1);
    Process alone = chat("m", "http://127.0.0.1:9");
    assertThat(said(alone).strip().lines()).singleElement().asString().startsWith("llm-cluster: ");
    assertThat(alone.waitFor()).isEqualTo(1);
  }

  /** What it prints when somebody says hello and leaves. */
  private static String said(Process chat) throws IOException {
    try (OutputStream input = chat.getOutputStream()) {
      input.write("hello\n".getBytes(StandardCharsets.UTF_8));
    }
    return new String(chat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Process chat(String model, String url) throws IOException {
    Path lib = Path.of(System.getProperty("llmcluster.root", ".."), "app/target/dist/lib", "*");
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-Dstdout.encoding=UTF-8",
            "-cp",
            lib.toString(),
            "io.llmcluster.app.Main",
            "chat",
            model,
            "--url",
            url)
        .redirectErrorStream(true)
        .start();
  }

  /** Whoever is given up costs the others seconds, and what was on its way to it. */
  @Test
  void a_member_that_is_asked_to_stop_takes_its_leave_and_is_not_given_up() throws Exception {
    try (MemberProcess first = MemberProcess.start();
        MemberProcess second = MemberProcess.start(first.joins())) {
      UpMembersIT.awaitMembers(2, first.gateway(), second.gateway());
      second.terminate();
      second.exitCode();
      UpMembersIT.awaitMembers(1, first.gateway());
      assertThat(first.output() + second.output()).doesNotContain("taking out of the cluster");
    }
  }

  @Test
  void a_start_that_is_asked_to_stop_drains_and_ends() throws Exception {
    try (StandIn backend = StandIn.start("a").answers(50, Duration.ofMillis(20));
        MemberProcess member = MemberProcess.start("nodes=[" + backend.node(4) + "]")) {
      var answer = member.gateway().sendAsync("POST", "/api/generate", GENERATE);
      Awaitility.await().until(() -> backend.running.get() == 1);
      member.terminate();
      assertThat(Gateway.text(Gateway.parseLines(answer.join().body()))).isEqualTo(backend.text());
      member.exitCode();
      assertThat(member.output()).contains("stopping: finishing what was begun");
    }
  }
}
