package io.llmcluster.patterns.vote;

/**
 * One voice.
 *
 * @param voter the step that it comes from
 * @param answer normalised, see {@link AnswerForm#read}; empty if it could not be read
 * @param weight what it counts, at least 0; one that could not be read counts nothing whatever this
 *     says
 */
public record Vote(String voter, String answer, double weight) {

  /** A voice that counts as much as any. */
  public static Vote of(String voter, String answer) {
    return new Vote(voter, answer, 1);
  }

  public boolean isReadable() {
    return !answer.isEmpty();
  }
}
