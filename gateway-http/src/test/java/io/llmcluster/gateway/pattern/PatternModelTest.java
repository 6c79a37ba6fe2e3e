package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PatternModelTest {

  private static Optional<PatternModel> of(String name) {
    return PatternModel.of(name, Set.of("ensemble", "auto")::contains);
  }

  @Test
  void the_name_ends_at_the_first_colon_so_models_may_have_tags() {
    assertThat(of("ensemble:llama3.2:1b, qwen3:4b"))
        .hasValue(new PatternModel("ensemble", List.of("llama3.2:1b", "qwen3:4b")));
  }

  @Test
  void without_models_the_pattern_chooses() {
    assertThat(of("auto")).hasValue(new PatternModel("auto", List.of()));
    assertThat(of("auto:latest")).hasValue(new PatternModel("auto", List.of()));
  }

  @Test
  void other_names_are_those_of_models() {
    assertThat(of("llama3.2:1b")).isEmpty();
    assertThat(of("ensembles:a")).isEmpty();
    assertThat(of("")).isEmpty();
  }
}
