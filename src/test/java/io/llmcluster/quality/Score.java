package io.llmcluster.quality;

import java.util.List;
import java.util.Locale;

/**
 * What one way made of all questions.
 *
 * @param way its name
 * @param right by question
 * @param failed runs without any answer of the form that was asked for
 * @param calls of models
 * @param tokens in and out
 * @param seconds all questions together
 */
record Score(String way, List<Boolean> right, int failed, long calls, long tokens, double seconds) {

  double accuracy() {
    return (double) right.stream().filter(one -> one).count() / right.size();
  }

  static String heading() {
    return String.format(
        "%-20s %8s %7s %12s %12s %7s %8s %9s %7s",
        "way",
        "accuracy",
        "+/-",
        "right->wrong",
        "wrong->right",
        "failed",
        "calls/q",
        "tokens/q",
        "s");
  }

  /**
   * As a line of the table.
   *
   * @param single one model alone; what it got right and this way does not is a flip, and the other
   *     way round
   */
  String line(Score single) {
    int questions = right.size();
    int lost = 0;
    int won = 0;
    for (int i = 0; i < questions; i++) {
      lost += single.right.get(i) && !right.get(i) ? 1 : 0;
      won += !single.right.get(i) && right.get(i) ? 1 : 0;
    }
    double error = Math.sqrt(accuracy() * (1 - accuracy()) / questions);
    return String.format(
        Locale.ROOT,
        "%-20s %7.1f%% %6.1f%% %12d %12d %7d %8.1f %9.0f %7.1f",
        way,
        100 * accuracy(),
        100 * error,
        lost,
        won,
        failed,
        (double) calls / questions,
        (double) tokens / questions,
        seconds);
  }
}
