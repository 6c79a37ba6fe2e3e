package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCommandTest {

  private static final String LA = "{\"message\":{\"content\":\"la\"},\"done\":false}\n";
  private static final String END = "{\"message\":{\"content\":\"\"},\"done\":true}\n";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final SmallServer server;

  ChatCommandTest() throws IOException {
    server = new SmallServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int talk(boolean terminal, String input) throws Exception {
    return new ChatCommand()
        .talk(
            server.client(),
            new Console(new PrintWriter(out), new PrintWriter(err), terminal),
            new BufferedReader(new StringReader(input)));
  }

  @Test
  void into_a_pipe_go_answers_and_nothing_else() throws Exception {
    server.says(LA + END).says(LA + LA + END);
    assertThat(talk(false, "one\n\ntwo\n")).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("la\nlala\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void on_a_terminal_it_asks_for_the_next_line() throws Exception {
    server.says(LA + END);
    assertThat(talk(true, "one\n/bye\ntwo\n")).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines(">>> la\n>>> ");
  }

  /** Without its last line an answer is not whole, however its stream ended. */
  @Test
  void an_answer_that_ends_without_saying_so_is_none_and_the_talk_goes_on() throws Exception {
    server.says(LA);
    assertGoesOn("the answer broke off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"mess"})
  void so_is_one_whose_connection_is_lost(String begun) throws Exception {
    server.isLostAfter(LA + begun);
    assertGoesOn("the answer broke off");
  }

  @Test
  void so_is_one_that_ends_with_an_error() throws Exception {
    server.says(LA + "{\"error\":\"node a failed\"}\n");
    assertGoesOn("node a failed");
  }

  private void assertGoesOn(String error) throws Exception {
    server.says(LA + LA + END);
    assertThat(talk(false, "one\ntwo\n")).isEqualTo(1);
    assertThat(out.toString()).isEqualToNormalizingNewlines("la\nlala\n");
    assertThat(err.toString()).isEqualToNormalizingNewlines("llm-cluster: " + error + "\n");
    server.bodies.remove();
    assertThat(server.bodies.remove()).contains("two").doesNotContain("one");
  }
}
