package io.llmcluster.gateway.pattern;

import io.llmcluster.gateway.wire.WireException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An age as clients write it: {@code 7d}, {@code 12h}, {@code 30m}, {@code 0s}. */
public final class Age {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([smhd]?)");

  private Age() {}

  /**
   * Reads one; a bare number is seconds.
   *
   * @param name of the field, for the refusal
   * @throws WireException 400 for anything else, and for nothing
   */
  public static Duration of(String name, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new WireException(
          400,
          name
              + ": "
              + (text.isEmpty() ? "missing" : text)
              + " (expected: a time such as 7d, 12h, 30m or 0s)");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (String.valueOf(matcher.group(2))) {
      case "d" -> Duration.ofDays(number);
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }
}
