package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.app.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What does not start anything. */
class UsageTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "node",
        "gateway",
        "status",
        "chat",
        "ensemble",
        "debate",
        "maestro",
        "auto",
        "workflow"
      })
  void every_command_explains_itself(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: llm-cluster " + command).contains("--help");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void the_program_lists_its_commands() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("up", "node", "gateway", "status", "chat");
  }

  @Test
  void the_version_is_one_line() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString().strip()).matches("llm-cluster \\d+\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nonsense", "up --prot 1", "up --port abc", "dance", "up --members"})
  void wrong_usage_is_exit_code_2_and_points_to_the_help(String line) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(2);
    assertThat(err.toString()).startsWith("llm-cluster: ").contains("--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void too_many_members_are_wrong_usage() {
    assertThat(run("up", "--members", "99")).isEqualTo(2);
    assertThat(err.toString()).contains("--members: 99 (expected: 1 to 16)");
  }
}
