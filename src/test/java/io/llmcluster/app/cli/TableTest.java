package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void columns_are_as_wide_as_their_widest_cell_and_lines_end_without_spaces() {
    Table table = new Table("NAME", "LOAD");
    table.row("a", "0/4");
    table.row("a-longer-name", "");
    assertThat(table.lines())
        .containsExactly("NAME           LOAD", "a              0/4", "a-longer-name");
  }

  @Test
  void columns_count_what_is_shown_and_not_how_it_is_written() {
    Table table = new Table("N", "X");
    table.row("\uD83D\uDE00", "x");
    table.row("e\u0301", "y");
    table.row("漢字", "z");
    assertThat(table.lines())
        .containsExactly("N     X", "\uD83D\uDE00    x", "e\u0301     y", "漢字  z");
  }

  @Test
  void a_cell_steers_no_terminal() {
    Table table = new Table("N");
    table.row("\u001b[2Jgone\nline");
    assertThat(table.lines()).containsExactly("N", " [2Jgone line");
  }
}
