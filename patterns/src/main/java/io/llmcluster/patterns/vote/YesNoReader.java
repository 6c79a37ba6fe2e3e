package io.llmcluster.patterns.vote;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads whether a text says yes or no. */
final class YesNoReader {

  private static final String NO_IDIOM = "(?! (?:doubt|problem|one|matter|idea)\\b)";

  private static final Pattern FIRST =
      Pattern.compile("(?i)^\\W{0,4}(yes|no|true|false)\\b" + NO_IDIOM);
  private static final Pattern ANYWHERE = Pattern.compile("(?i)\\b(yes|no)\\b" + NO_IDIOM);

  private YesNoReader() {}

  static Optional<String> read(AnswerText text) {
    String marked = text.marked();
    if (marked != null) {
      return first(marked).or(() -> onlyOne(marked));
    }
    return first(text.first()).or(() -> first(text.last())).or(() -> onlyOne(text.last()));
  }

  private static Optional<String> first(String text) {
    Matcher matcher = FIRST.matcher(text);
    return matcher.find() ? Optional.of(key(matcher.group(1))) : Optional.empty();
  }

  private static Optional<String> onlyOne(String text) {
    Set<String> found = new LinkedHashSet<>();
    Matcher matcher = ANYWHERE.matcher(text);
    while (matcher.find()) {
      found.add(key(matcher.group(1)));
    }
    return found.size() == 1 ? Optional.of(found.iterator().next()) : Optional.empty();
  }

  private static String key(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return lower.equals("yes") || lower.equals("true") ? "yes" : "no";
  }
}
