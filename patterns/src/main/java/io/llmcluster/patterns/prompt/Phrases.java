package io.llmcluster.patterns.prompt;

import java.util.Map;

/**
 * What a program puts into a prompt's values in words: short texts from resource files like those
 * of the templates, each part of which is a phrase by its name.
 */
public final class Phrases {

  private Phrases() {}

  /**
   * The phrase with its variables filled in.
   *
   * @param resource below {@code prompts/}; a pattern that uses it names it among its prompts
   * @throws IllegalArgumentException if there is no such phrase
   */
  public static String of(String resource, String name, Map<String, String> values) {
    return PromptTemplates.named(resource).parts().stream()
        .filter(part -> part.role().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no phrase " + name + " in " + resource))
        .text()
        .execute(values);
  }
}
