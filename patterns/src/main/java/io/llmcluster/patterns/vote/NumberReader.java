package io.llmcluster.patterns.vote;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the number that a text gives as its result: 1,000.0 and 1e3 are 1000, 3/4 is 0.75, and 3,14
 * is 3.14, since no thousands look like that. Without a mark it is the last one, as is usual for
 * questions of this kind (GSM8K).
 */
final class NumberReader {

  /** Lengths are bounded, since 1e999999999 is a number too. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}.,])([-+\u2212]?)(\\d{1,3}(?:,\\d{3}){1,8}(?!\\d)|\\d{1,40})?"
              + "((?<=\\d)\\.\\d{1,40}|(?<!\\d)\\.\\d{1,40})?(?:[eE]([-+]?\\d{1,2})(?!\\d))?"
              + "(?:\\s?/\\s?(\\d{1,18})(?![\\d/]))?(?!\\d)");

  /** As most of Europe writes: 1.234,5 and 3,14; 1,234 remains what it is in English. */
  private static final Pattern DECIMAL_COMMA =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}.,])"
              + "(?:(\\d{1,3}(?:\\.\\d{3}){1,8}),(\\d{1,40})|(\\d{1,40}),(\\d{1,2}|\\d{4,40}))"
              + "(?![\\d,])");

  private static final List<String> WORDS =
      List.of(
          "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
              .split(" "));

  private static final Map<String, String> NONE = Map.of("none", "0", "nothing", "0");

  private NumberReader() {}

  static Optional<String> read(AnswerText text) {
    String marked = text.marked();
    if (marked != null) {
      String result = marked.substring(marked.lastIndexOf('=') + 1);
      return word(result).or(() -> number(result, false));
    }
    return word(text.whole())
        .or(() -> number(text.last(), true))
        .or(() -> number(text.whole(), true));
  }

  private static Optional<String> word(String text) {
    String bare = AnswerText.bare(text).toLowerCase(Locale.ROOT);
    int value = WORDS.indexOf(bare);
    return value >= 0 ? Optional.of(Integer.toString(value)) : Optional.ofNullable(NONE.get(bare));
  }

  private static Optional<String> number(String text, boolean last) {
    Optional<String> found = Optional.empty();
    Matcher matcher = NUMBER.matcher(withPoints(text));
    while (matcher.find() && (last || found.isEmpty())) {
      String whole = matcher.group(2) == null ? "" : matcher.group(2).replace(",", "");
      String part = matcher.group(3) == null ? "" : matcher.group(3);
      if (!whole.isEmpty() || !part.isEmpty()) {
        found = value(matcher, (whole.isEmpty() ? "0" : whole) + part);
      }
    }
    return found;
  }

  private static String withPoints(String text) {
    return DECIMAL_COMMA
        .matcher(text)
        .replaceAll(
            found ->
                found.group(1) == null
                    ? found.group(3) + "." + found.group(4)
                    : found.group(1).replace(".", "") + "." + found.group(2));
  }

  private static Optional<String> value(Matcher matcher, String digits) {
    BigDecimal value = new BigDecimal(digits);
    if (matcher.group(4) != null) {
      value = value.scaleByPowerOfTen(Integer.parseInt(matcher.group(4)));
    }
    if (matcher.group(5) != null) {
      BigDecimal divisor = new BigDecimal(matcher.group(5));
      if (divisor.signum() == 0) {
        return Optional.empty();
      }
      value = value.divide(divisor, MathContext.DECIMAL64);
    }
    boolean negative = matcher.group(1).equals("-") || matcher.group(1).equals("\u2212");
    value = negative ? value.negate() : value;
    // zero has as many forms as it has places
    return Optional.of(value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
  }
}
