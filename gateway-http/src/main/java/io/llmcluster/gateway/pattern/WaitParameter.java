package io.llmcluster.gateway.pattern;

import io.llmcluster.gateway.wire.WireException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code ?wait=30s} of a long poll. */
public final class WaitParameter {

  /** Longer waits are cut to this. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,7})(ms|s|m)?");

  private WaitParameter() {}

  /**
   * How long to wait; zero if the text is empty.
   *
   * @throws WireException 400 for a text that is no time
   */
  public static Duration of(String text) {
    if (text.isEmpty()) {
      return Duration.ZERO;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new WireException(400, "wait: " + text + " (expected: a time such as 30s)");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = String.valueOf(matcher.group(2));
    Duration wait =
        switch (unit) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofSeconds(number);
        };
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
