package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.SmallPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A workflow keeps the definition that it began with, so a prompt or schema of a version that was
 * released never changes: whoever changes one counts the version up, keeps the old one registered,
 * and adds a line {@code PATTERN/VERSION HASH} to {@code definitions.txt}.
 */
class DefinitionHashTest {

  private static Map<String, String> committed() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (var in = DefinitionHashTest.class.getResourceAsStream("/definitions.txt")) {
      assertThat(in).isNotNull();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\\R")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] words = line.split(" ");
          hashes.put(words[0], words[1]);
        }
      }
    }
    return hashes;
  }

  @Test
  void every_definition_is_as_it_was_when_its_version_was_released() throws IOException {
    PatternRegistry registry = new PatternRegistry(BuiltInPatterns.all());
    Map<String, String> now = new TreeMap<>();
    for (Pattern pattern : BuiltInPatterns.all()) {
      now.put(
          pattern.name() + "/" + pattern.version(),
          registry.hash(pattern.name(), pattern.version()));
    }
    assertThat(now).isEqualTo(committed());
  }

  @Test
  void a_hash_is_of_the_name_the_version_and_the_prompts() {
    Pattern chain = SmallPattern.CHAIN;
    Pattern named = new SmallPattern("other", ((SmallPattern) chain).program());
    PatternRegistry registry = new PatternRegistry(List.of(chain, named));
    assertThat(registry.hash("chain", 1)).hasSize(64).isNotEqualTo(registry.hash("other", 1));
    assertThat(registry.hash("chain", 2)).isEmpty();
  }
}
