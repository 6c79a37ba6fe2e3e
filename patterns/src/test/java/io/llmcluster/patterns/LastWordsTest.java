package io.llmcluster.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.StepSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which step's text a client may be told while it is written. */
class LastWordsTest {

  private static boolean writes(String pattern, int maxRevisions, String id, String kind) {
    Pattern found =
        BuiltInPatterns.all().stream()
            .filter(one -> one.name().equals(pattern))
            .findFirst()
            .orElseThrow();
    return found.writesAnswer(
        JsonNodeFactory.instance.objectNode().put("maxRevisions", maxRevisions),
        StepSpec.of(id, kind, "", "m", Prompt.of("any"), Map.of()));
  }

  @Test
  void a_synthesis_that_nobody_checks_is_the_answer() {
    assertThat(writes("ensemble", 1, "synthesize/1", "synthesis")).isTrue();
    assertThat(writes("ensemble", 1, "candidate/1", "candidate")).isFalse();
    assertThat(writes("decompose", 1, "synthesis", "synthesis")).isTrue();
    assertThat(writes("decompose", 1, "task/a", "task")).isFalse();
  }

  @Test
  void what_the_last_check_may_have_corrected_is_not() {
    assertThat(writes("maestro", 1, "answer", "answer")).isTrue();
    assertThat(writes("maestro", 1, "synthesis", "synthesis")).isFalse();
    assertThat(writes("maestro", 1, "synthesis/rev1", "revision")).isTrue();
    assertThat(writes("maestro", 0, "synthesis", "synthesis")).isTrue();
  }

  @Test
  void a_vote_is_nobodys_text() {
    for (String pattern : new String[] {"debate", "auto"}) {
      assertThat(writes(pattern, 1, "first/debater1", "debater")).isFalse();
      assertThat(writes(pattern, 1, "verdict/judge", "judge")).isFalse();
    }
  }
}
