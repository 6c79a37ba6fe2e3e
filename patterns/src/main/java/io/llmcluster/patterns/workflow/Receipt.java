package io.llmcluster.patterns.workflow;

/**
 * What crashes have cost a workflow.
 *
 * @param reissued calls that were begun again because nobody could tell what became of them
 * @param tokensLost at least that many tokens were read or written for nothing: the prompts of the
 *     calls that were begun again, at four characters a token; what their models had written by
 *     then nobody knows
 * @param reused results that were there and were not paid for again, at the last recovery
 */
public record Receipt(int reissued, long tokensLost, int reused) {

  public static final Receipt CLEAN = new Receipt(0, 0, 0);
}
