package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.prompt.PromptTemplates;
import io.llmcluster.patterns.testkit.SmallPattern;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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

  /** Conversations are no patterns: their prompts may change between two turns. */
  @Test
  void every_prompt_resource_is_in_the_hash_of_whoever_uses_it() throws Exception {
    URL one = PromptTemplates.class.getResource("/prompts/structured/repair.txt");
    assertThat(one).isNotNull();
    Path prompts = Path.of(one.toURI()).resolve("../..").normalize();
    List<String> hashed =
        BuiltInPatterns.all().stream().flatMap(pattern -> pattern.prompts().stream()).toList();
    try (Stream<Path> files = Files.walk(prompts)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> prompts.relativize(file).toString().replace('\\', '/'))
                  .map(file -> file.replaceFirst("\\.txt$", ""))
                  .filter(name -> !name.startsWith("conversation/")))
          .hasSizeGreaterThan(20)
          .allSatisfy(name -> assertThat(hashed).contains(name));
    }
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
