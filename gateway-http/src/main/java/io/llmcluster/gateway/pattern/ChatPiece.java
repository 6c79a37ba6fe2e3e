package io.llmcluster.gateway.pattern;

/** What a chat client hears of a workflow. */
sealed interface ChatPiece {

  /** How it goes, in words. */
  record Progress(String text) implements ChatPiece {}

  /**
   * The end, with an answer.
   *
   * @param promptTokens of all steps
   * @param completionTokens of all steps
   * @param totalMillis from the beginning of the workflow
   * @param modelMillis that models worked, added up
   */
  record Answer(
      String text, long promptTokens, long completionTokens, long totalMillis, long modelMillis)
      implements ChatPiece {}

  /** The end, without one. */
  record Failure(int status, String reason) implements ChatPiece {}
}
