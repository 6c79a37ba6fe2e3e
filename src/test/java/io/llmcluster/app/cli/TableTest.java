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
  void characters_of_two_units_count_as_one() {
    Table table = new Table("N", "X");
    table.row("\uD83D\uDE00", "x");
    assertThat(table.lines()).containsExactly("N  X", "\uD83D\uDE00  x");
  }
}
