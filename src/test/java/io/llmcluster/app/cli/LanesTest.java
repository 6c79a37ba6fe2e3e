package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {

  private static final String LATIN = "words and anextraordinarilylongwordwithoutanyspaces ";
  private static final String CJK = "これは長い文章です。中文没有空格，한국어는 있다. ";

  /** A face; a family, joined; a hand with its colour; a heart and a key, as emoji; two flags. */
  private static final String EMOJI =
      "\uD83D\uDE00 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \uD83D\uDC4B\uD83C\uDFFD "
          + "\u2764\uFE0F 1\uFE0F\u20E3 \uD83C\uDDE9\uD83C\uDDEA\uD83C\uDDEB\uD83C\uDDF7 ";

  private static final String COMBINED = "e\u0301a\u0308\u0323o\u0302 \u0E01\u0E33 n\u0303 ";

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
    String text = (LATIN + CJK + EMOJI + COMBINED).repeat(20);
    List<String> lines = new ArrayList<>(lanes.whole("debater-with-a-long-name", text));
    lines.addAll(lanes.whole("辩论者一二三四五", text));
    lines.addAll(lanes.add("b", text));
    lines.addAll(lanes.end("b"));
    assertThat(lines)
        .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isLessThanOrEqualTo(columns));
    assertThat(lines).extracting(LanesTest::bar).containsOnly(bar(lines.get(0)));
    assertThat(String.join("", lines)).doesNotContain("\u001b");
  }

  /** The column at which what is said begins. */
  private static int bar(String line) {
    return DisplayWidth.of(line.substring(0, line.indexOf(" | ")));
  }

  @Test
  void wide_characters_fill_two_columns_and_need_no_space_to_end_a_line() {
    Lanes lanes = new Lanes(20, false);
    assertThat(lanes.add("甲", "漢字漢字漢")).isEmpty();
    assertThat(lanes.add("甲", "字かな")).containsExactly("甲     | 漢字漢字漢");
    assertThat(lanes.add("甲", "!? 한국어")).containsExactly("甲     | 字かな!? ");
    assertThat(lanes.end("甲")).containsExactly("甲     | 한국어");
    assertThat(lanes.whole("x", "one \uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00"))
        .containsExactly(
            "x      | one \uD83D\uDE00\uD83D\uDE00\uD83D\uDE00", "x      | \uD83D\uDE00");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, 22, 23, 24, 25, 40, 79})
  void no_character_is_cut_however_it_arrives(int columns) {
    String text = (EMOJI + COMBINED + CJK).replace(" ", "").repeat(5);
    Lanes whole = new Lanes(columns, false);
    Lanes piecewise = new Lanes(columns, false);
    List<String> lines = new ArrayList<>(whole.add("a", text));
    lines.addAll(whole.end("a"));
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      pieces.addAll(piecewise.add("a", text.substring(i, i + 1)));
    }
    pieces.addAll(piecewise.end("a"));
    assertThat(pieces).isEqualTo(lines).hasSizeGreaterThan(1);
    List<String> graphemes = new ArrayList<>();
    for (String line : lines) {
      graphemes.addAll(graphemes(line.substring(line.indexOf(" | ") + 3)));
    }
    assertThat(graphemes).isEqualTo(graphemes(text));
  }

  private static List<String> graphemes(String text) {
    return Pattern.compile("\\X").matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void what_a_model_writes_does_not_steer_the_terminal() {
    Lanes lanes = new Lanes(80, false);
    assertThat(lanes.whole("a\u001b", "\u001b[2Jx\ty\u009b"))
        .containsExactly("a            |  [2Jx y ");
    assertThat(lanes.add("a", "\u001b]0;t\u0007\r\n")).containsExactly("a            |  ]0;t  ");
  }

  @Test
  void line_ends_end_lines_and_a_voice_that_begins_anew_loses_what_was_open() {
    Lanes lanes = new Lanes(80, false);
    assertThat(lanes.add("a", "one\ntwo")).containsExactly("a            | one");
    lanes.drop("a");
    assertThat(lanes.end("a")).isEmpty();
  }
}
