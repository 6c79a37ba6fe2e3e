package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {

  @ParameterizedTest
  @CsvSource({
    "abc, 3",
    "漢字, 4",
    "かな, 4",
    "ｱｲ, 2", // halfwidth
    "ＡＢ, 4", // fullwidth
    "한국, 4",
    "\u1112\u1161\u11AB, 2", // one syllable of three jamo
    "e\u0301, 1",
    "a\u0308\u0323, 1",
    "か\u3099, 2",
    "a\u200Bb, 2", // zero width space
    "co\u00ADop, 5", // a soft hyphen is drawn
    "\uD83D\uDE00, 2",
    "\uD83D\uDC4B\uD83C\uDFFD, 2", // with a colour of skin
    "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67, 2", // a family
    "\u2764, 1",
    "\u2764\uFE0F, 2", // the same heart as an emoji
    "1\uFE0F\u20E3, 2",
    "\uD83C\uDDE9\uD83C\uDDEA\uD83C\uDDEB\uD83C\uDDF7, 4", // two flags
    "\uD840\uDC00, 2", // an ideograph beyond the first plane
    "\uD83D, 1",
  })
  void text_is_as_wide_as_a_terminal_shows_it(String text, int columns) {
    assertThat(DisplayWidth.of(text)).isEqualTo(columns);
  }

  @Test
  void the_ends_of_the_ranges_are_in_them_and_their_neighbours_are_not() {
    assertThat(DisplayWidth.of("\u115F")).isEqualTo(2);
    assertThat(DisplayWidth.of("\u10FF")).isEqualTo(1);
    assertThat(DisplayWidth.of("\u23F0")).isEqualTo(2);
    assertThat(DisplayWidth.of("\u23F1")).isEqualTo(1);
    assertThat(DisplayWidth.of(Character.toString(0x3FFFD))).isEqualTo(2);
    assertThat(DisplayWidth.of(Character.toString(0xF0000))).isEqualTo(1);
  }

  @Test
  void a_beginning_that_fits_ends_between_graphemes() {
    String family = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
    assertThat(DisplayWidth.fitting("a" + family + "b", 2)).isEqualTo(1);
    assertThat(DisplayWidth.fitting("a" + family + "b", 3)).isEqualTo(1 + family.length());
    assertThat(DisplayWidth.fitting("ae\u0301\u0323z", 2)).isEqualTo(4);
    assertThat(DisplayWidth.fitting(family + "b", 1)).as("at least one").isEqualTo(family.length());
    assertThat(DisplayWidth.fitting("", 5)).isZero();
  }

  @Test
  void a_line_breaks_behind_a_space_or_something_wide_and_not_before_an_accent() {
    assertThat(DisplayWidth.lastBreak("ab cd ef", 7)).isEqualTo(6);
    assertThat(DisplayWidth.lastBreak("ab \u0301cd", 5)).isZero();
    assertThat(DisplayWidth.lastBreak("ab漢cd", 5)).isEqualTo(3);
    assertThat(DisplayWidth.lastBreak("ab 한국", 5)).as("words of Hangul").isEqualTo(3);
    assertThat(DisplayWidth.lastBreak(" abcd", 5)).isZero();
  }
}
