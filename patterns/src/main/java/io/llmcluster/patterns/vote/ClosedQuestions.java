package io.llmcluster.patterns.vote;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees from a question whether its answers are closed. Only what is beyond doubt: to vote on an
 * open question costs the answer, to synthesize on a closed one costs a call.
 */
public final class ClosedQuestions {

  /** {@code A) Paris}, {@code (B) Lyon}, {@code C. Nice} at the beginning of a line. */
  private static final Pattern LISTED =
      Pattern.compile("(?m)^[ \\t]{0,8}\\(?([A-Z])[).:][ \\t]{1,8}\\S");

  /** The same in one line, where only brackets are beyond doubt. */
  private static final Pattern INLINE = Pattern.compile("(?<!\\S)\\(?([A-Z])\\)[ \\t]{1,8}\\S");

  private static final Pattern YES_NO =
      Pattern.compile(
          "(?i)\\(?\\byes\\s?(?:/|or)\\s?no\\b\\)?[.?!)]?\\s*$|\\banswer (?:with )?(?:only )?yes or no\\b");

  private static final Pattern TRUE_FALSE =
      Pattern.compile("(?i)^\\s*true or false\\b|\\(?\\btrue (?:or|/) false\\b\\)?[.?!)]?\\s*$");

  private static final Pattern NUMBER =
      Pattern.compile(
          "(?i)\\banswer with (?:only )?(?:a|the|one) (?:single )?(?:whole )?number\\b"
              + "|(?:^|[.!?,]\\s+|\\band )how many\\b[^.?!]{1,200}\\?\\s*$"
              + "|\\b(?:what is|calculate|compute|evaluate)\\s+[-+(\\d][-+*/^().,\\d\\s\u00d7\u00f7]{2,80}[?.=]?\\s*$");

  /** Who wants to be told something does not want a bare answer. */
  private static final Pattern WANTS_WORDS =
      Pattern.compile("(?i)\\b(?:explain|describe|discuss|essay|list|why|write|compare)\\b");

  /** In longer ones the lists and figures belong to a document, not to the question. */
  private static final int MOST_CHARS = 4000;

  private ClosedQuestions() {}

  /** The form of the answers; open unless it is certain. */
  public static AnswerForm detect(String question) {
    if (question.length() > MOST_CHARS) {
      return AnswerForm.OPEN;
    }
    List<String> letters = letters(LISTED, question);
    if (letters.isEmpty()) {
      letters = letters(INLINE, question);
    }
    if (WANTS_WORDS.matcher(question).find()) {
      return AnswerForm.OPEN;
    }
    if (!letters.isEmpty()) {
      return AnswerForm.choice(letters);
    }
    if (TRUE_FALSE.matcher(question).find()) {
      return AnswerForm.choice(List.of("true", "false"));
    }
    if (YES_NO.matcher(question).find()) {
      return AnswerForm.YES_NO;
    }
    return NUMBER.matcher(question).find() ? AnswerForm.NUMBER : AnswerForm.OPEN;
  }

  /** Letters from A on without a gap, at least two; else none. */
  private static List<String> letters(Pattern pattern, String question) {
    List<String> letters = new ArrayList<>();
    Matcher matcher = pattern.matcher(question);
    while (matcher.find()) {
      String expected = String.valueOf((char) ('A' + letters.size()));
      if (!matcher.group(1).equals(expected)) {
        return List.of();
      }
      letters.add(expected);
    }
    return letters.size() < 2 ? List.of() : letters;
  }
}
