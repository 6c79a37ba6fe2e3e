package io.llmcluster.patterns.vote;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.structured.JsonText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a text the answer may stand.
 *
 * @param marked what the text itself calls its answer, without reasons that follow it: the {@code
 *     answer} of a JSON object, what is {@code \boxed{}}, what follows the last "answer:" or "the
 *     answer is"; null if it calls nothing so
 * @param lines its lines that are not blank, without markup at their ends
 */
record AnswerText(@org.jspecify.annotations.Nullable String marked, List<String> lines) {

  private static final Pattern BOXED = Pattern.compile("\\\\boxed\\{([^{}]{1,200})}");

  private static final Pattern MARKER =
      Pattern.compile(
          "(?i)\\b(?:answer|choice|solution)[*_ ]{0,4}(?:is|would be|:|=)"
              + "[*_: ]{0,6}(?=(?:\\R\\s{0,40})?([^\\r\\n]{1,400}))");

  /** What follows is a reason, not the answer. */
  private static final Pattern REASON =
      Pattern.compile(
          "(?i)[.;!?](?:\\s|$)|,\\s*(?:not|as|since|because|and|so|which)\\b"
              + "|\\s(?:because|since|rather than|instead of|as)\\s|\\s[-\u2013\u2014]+\\s");

  private static final Pattern MARKUP = Pattern.compile("[*_`#$\"\u201c\u201d]+");

  static AnswerText of(String text) {
    Optional<JsonNode> said = JsonText.find(text).map(json -> json.path("answer"));
    if (said.isPresent() && said.get().isValueNode() && !said.get().isNull()) {
      String answer = said.get().asText();
      return new AnswerText(clean(answer), lines(answer));
    }
    String plain = Confidence.without(text);
    String marked = last(BOXED, plain);
    if (marked == null) {
      marked = last(MARKER, plain);
    }
    return new AnswerText(marked == null ? null : beforeReason(clean(marked)), lines(plain));
  }

  private static @org.jspecify.annotations.Nullable String last(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    String last = null;
    while (matcher.find()) {
      last = matcher.group(1);
    }
    return last;
  }

  static String beforeReason(String text) {
    Matcher reason = REASON.matcher(text);
    return reason.find() && reason.start() > 0 ? text.substring(0, reason.start()).strip() : text;
  }

  private static List<String> lines(String text) {
    return text.lines().map(AnswerText::clean).filter(line -> !line.isEmpty()).toList();
  }

  private static String clean(String text) {
    return MARKUP.matcher(text).replaceAll("").strip();
  }

  String first() {
    return lines.isEmpty() ? "" : lines.get(0);
  }

  String last() {
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  String whole() {
    return String.join("\n", lines);
  }

  /** The text without dots, brackets and the like around it. */
  static String bare(String text) {
    return text.replaceAll("^[\\s\\p{Punct}&&[^-+]]+|[\\s\\p{Punct}&&[^%]]+$", "");
  }
}
