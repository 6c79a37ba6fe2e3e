package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class WorkflowWatchTest {

  private static final String EVENTS =
      """
      event: token
      data: {"stepId":"round1/voice1","lane":"ada","attempt":1,"offset":0,"text":"la la"}

      id: 7
      event: StepCompleted
      data: {"stepId":"round1/voice1","attempt":1,"output":"la la"}

      id: 8
      event: WorkflowCompleted
      data: {"answer":"la"}

      """;

  private final StringWriter out = new StringWriter();

  private int watch(boolean terminal) throws Exception {
    try (SmallServer server = new SmallServer().says(EVENTS)) {
      Console console = new Console(new PrintWriter(out), new PrintWriter(out), terminal);
      return new WorkflowWatch(console, true).follow(server.client(), "id");
    }
  }

  @Test
  void into_a_pipe_go_plain_lines_in_the_lane_that_a_token_names() throws Exception {
    assertThat(watch(false)).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("ada          | la la\n\nla\n");
  }

  @Test
  void on_a_terminal_lanes_have_colours() throws Exception {
    assertThat(watch(true)).isZero();
    assertThat(out.toString()).contains("\u001b[", "ada", "| la la");
  }
}
