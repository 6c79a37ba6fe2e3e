package io.llmcluster.gateway.pattern;

/** What a chat client hears of a workflow. */
sealed interface ChatPiece {

  /** How it goes, in words. */
  record Progress(String text) implements ChatPiece {}

  /** More of the answer, while it is written. */
  record Text(String text) implements ChatPiece {}

  /**
   * The end, with an answer.
   *
   * @param text all of it
   * @param rest what of it was not told yet
   * @param promptTokens of all steps
   * @param completionTokens of all steps
   * @param totalMillis from the beginning of the workflow
   * @param modelMillis that models worked, added up
   */
  record Answer(
      String text,
      String rest,
      long promptTokens,
      long completionTokens,
      long totalMillis,
      long modelMillis)
      implements ChatPiece {}

  /**
   * The end, without one.
   *
   * @param ended whether the workflow has ended too; else it would go on
   */
  record Failure(int status, String reason, boolean ended) implements ChatPiece {}
}
