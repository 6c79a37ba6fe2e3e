package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {

  @Test
  void a_line_is_written_when_it_is_full_and_words_stay_whole() {
    Lanes lanes = new Lanes(40, false);
    assertThat(lanes.add("pro", "The quick brown fox ")).isEmpty();
    assertThat(lanes.add("con", "No. ")).isEmpty();
    assertThat(lanes.add("pro", "jumps over the dog"))
        .containsExactly("pro          | The quick brown fox ");
    assertThat(lanes.end("pro")).containsExactly("pro          | jumps over the dog");
    assertThat(lanes.end("con")).containsExactly("con          | No. ");
    assertThat(lanes.end("con")).isEmpty();
  }

  @Test
  void a_word_longer_than_a_line_is_cut_and_a_narrow_terminal_still_shows_all() {
    Lanes lanes = new Lanes(5, false);
    assertThat(lanes.add("a", "x".repeat(25))).hasSize(2);
    assertThat(lanes.end("a")).containsExactly("a      | xxx");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, 40, 79, 80, 120, 200})
  void no_line_is_wider_than_the_terminal(int columns) {
    Lanes lanes = new Lanes(columns, false);
    String text = "words and anextraordinarilylongwordwithoutanyspaces \uD83D\uDE00 ".repeat(20);
    List<String> lines = new ArrayList<>(lanes.whole("debater-with-a-long-name", text));
    lines.addAll(lanes.add("b", text));
    lines.addAll(lanes.end("b"));
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
    assertThat(String.join("", lines)).doesNotContain("\u001b");
  }

  @Test
  void line_ends_end_lines_and_a_voice_that_begins_anew_loses_what_was_open() {
    Lanes lanes = new Lanes(80, false);
    assertThat(lanes.add("a", "one\ntwo")).containsExactly("a            | one");
    lanes.drop("a");
    assertThat(lanes.end("a")).isEmpty();
  }
}
