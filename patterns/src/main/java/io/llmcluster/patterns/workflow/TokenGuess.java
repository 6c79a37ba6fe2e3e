package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.prompt.Prompts;

/** How many tokens a prompt has, when nobody has counted them. */
public final class TokenGuess {

  /** Of English text, with the usual vocabularies. */
  public static final int CHARACTERS_PER_TOKEN = 4;

  private TokenGuess() {}

  /** Of a text. */
  public static long of(String text) {
    return (text.length() + CHARACTERS_PER_TOKEN - 1L) / CHARACTERS_PER_TOKEN;
  }

  static long prompt(StepRecord step, Run run) {
    try {
      return Prompts.render(step.spec().prompt(), run).stream()
              .mapToLong(message -> message.content().length())
              .sum()
          / CHARACTERS_PER_TOKEN;
    } catch (RuntimeException unwritable) { // it has cost nothing
      return 0;
    }
  }
}
