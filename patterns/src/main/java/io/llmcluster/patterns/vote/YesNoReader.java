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

  /** Models answer in the language of the question; only where the word stands alone. */
  private static final Set<String> YES =
      Set.of(
          "ja",
          "oui",
          "s\u00ed",
          "si",
          "sim",
          "tak",
          "evet",
          "\u0434\u0430",
          "\u306f\u3044",
          "\u662f",
          "\u662f\u7684",
          "\ub124",
          "\uc608");

  private static final Set<String> NO =
      Set.of(
          "nein",
          "non",
          "n\u00e3o",
          "nee",
          "nej",
          "nie",
          "hay\u0131r",
          "\u043d\u0435\u0442",
          "\u3044\u3044\u3048",
          "\u5426",
          "\u4e0d\u662f",
          "\uc544\ub2c8\uc694",
          "\uc544\ub2c8\uc624");

  private static final Pattern OUTER = Pattern.compile("^[^\\p{L}]+|[^\\p{L}]+$");

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
    return matcher.find() ? Optional.of(key(matcher.group(1))) : inAnotherLanguage(text);
  }

  private static Optional<String> inAnotherLanguage(String text) {
    String word = OUTER.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
    if (YES.contains(word)) {
      return Optional.of("yes");
    }
    return NO.contains(word) ? Optional.of("no") : Optional.empty();
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
