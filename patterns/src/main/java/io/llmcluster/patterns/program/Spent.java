package io.llmcluster.patterns.program;

/**
 * What a run has cost so far.
 *
 * @param modelCalls calls that were begun, repeated ones included
 * @param promptTokens read by models
 * @param completionTokens written by models, those of late duplicates and of attempts that failed
 *     in mid-answer included
 */
public record Spent(int modelCalls, long promptTokens, long completionTokens) {

  public static final Spent NOTHING = new Spent(0, 0, 0);

  public long tokens() {
    return promptTokens + completionTokens;
  }

  public Spent call() {
    return new Spent(modelCalls + 1, promptTokens, completionTokens);
  }

  public Spent used(long prompt, long completion) {
    return new Spent(modelCalls, promptTokens + prompt, completionTokens + completion);
  }
}
