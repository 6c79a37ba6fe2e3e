package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console = new Console(new PrintWriter(out), new PrintWriter(err), true);

  @Test
  void what_a_model_says_keeps_its_lines_and_steers_no_terminal() {
    console.quote("one\n\ttwo \u001b]0;title\u0007\u009b2J");
    assertThat(out.toString()).isEqualToNormalizingNewlines("one\n\ttwo  ]0;title  2J\n");
  }

  @Test
  void nor_does_an_error_that_somebody_else_worded() {
    console.error("no \u001b[31mway");
    assertThat(err.toString()).isEqualToNormalizingNewlines("llm-cluster: no  [31mway\n");
  }
}
