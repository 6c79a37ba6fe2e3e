package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.workflow.WorkflowUpdate.Piece;
import org.junit.jupiter.api.Test;

class ToldTextTest {

  private final ToldText told = new ToldText();

  private String hear(int attempt, int offset, String text) {
    return told.more(new Piece("last", "lane", attempt, offset, text));
  }

  @Test
  void pieces_of_the_answer_are_told_as_they_come_and_others_are_not() {
    assertThat(hear(1, 0, "early")).isEmpty();
    told.begins("last");
    assertThat(hear(1, 0, "The ")).isEqualTo("The");
    assertThat(told.more(new Piece("other", "lane", 1, 4, "x"))).isEmpty();
    assertThat(hear(1, 4, "end")).isEqualTo(" end");
    assertThat(told.rest("The end")).contains("");
    assertThat(told.rest("The end.")).contains(".");
  }

  @Test
  void space_at_the_ends_is_not_told_before_something_follows() {
    told.begins("last");
    assertThat(hear(1, 0, "\n ")).isEmpty();
    assertThat(hear(1, 2, "a \n")).isEqualTo("a");
    assertThat(told.rest("a")).contains("");
    assertThat(told.rest("\n a \n")).contains(" \n");
  }

  @Test
  void a_step_that_begins_again_before_anything_was_told_is_told_anew() {
    told.begins("last");
    told.beginsAgain("last", 2);
    assertThat(hear(1, 0, "old")).isEmpty();
    assertThat(hear(2, 0, "new")).isEqualTo("new");
  }

  @Test
  void a_step_that_begins_again_later_is_held_and_goes_on_only_with_what_continues_it() {
    told.begins("last");
    hear(1, 0, "The en");
    told.beginsAgain("other", 2);
    assertThat(hear(1, 6, "d")).isEqualTo("d");
    told.beginsAgain("last", 2);
    assertThat(hear(2, 0, "An end")).isEmpty();
    assertThat(told.rest("An end")).isEmpty();
    assertThat(told.rest("The end of it")).contains(" of it");
  }

  @Test
  void after_a_lost_piece_the_rest_waits_for_the_record() {
    told.begins("last");
    hear(1, 0, "one ");
    assertThat(hear(1, 8, "three")).isEmpty();
    assertThat(hear(1, 13, " four")).isEmpty();
    assertThat(told.rest("one two three four")).contains(" two three four");
  }
}
