package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console = console(true);

  private Console console(boolean terminal) {
    return new Console(new PrintWriter(out), new PrintWriter(err), terminal);
  }

  @Test
  void what_a_model_says_keeps_its_lines_and_steers_no_terminal() {
    console.quote("one\n\ttwo \u001b]0;title\u0007\u009b2J");
    assertThat(out.toString()).isEqualToNormalizingNewlines("one\n\ttwo  ]0;title  2J\n");
  }

  @Test
  void a_line_is_redrawn_where_somebody_watches() {
    console.redraw("50%");
    console.endRedraw();
    assertThat(out.toString()).isEqualTo("\r\u001b[K50%\r\u001b[K");
  }

  /** A log would be filled with it. */
  @Test
  void into_a_pipe_nothing_is_redrawn_and_what_is_said_is_plain() {
    Console piped = console(false);
    piped.redraw("50%");
    piped.say("one");
    piped.redraw("60%");
    piped.endRedraw();
    piped.quote("two");
    assertThat(out.toString()).isEqualToNormalizingNewlines("one\ntwo\n");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "unset",
      value = {
        "true,unset,true",
        "true,'',true",
        "true,1,false",
        "true,0,false",
        "false,unset,false",
        "unset,unset,false"
      })
  void a_terminal_is_what_the_start_script_says_unless_no_colours_are_wanted(
      @Nullable String said, @Nullable String noColor, boolean terminal) {
    assertThat(Console.isTerminal(said, noColor)).isEqualTo(terminal);
  }

  @Test
  void nor_does_an_error_that_somebody_else_worded() {
    console.error("no \u001b[31mway");
    assertThat(err.toString()).isEqualToNormalizingNewlines("llm-cluster: no  [31mway\n");
  }
}
