package io.llmcluster.gateway.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks durations as Go's {@code time.ParseDuration} does. */
final class GoDuration {

  private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([a-zµμ]*)");

  private GoDuration() {}

  /**
   * Whether the duration is zero.
   *
   * @throws WireException 400 with Go's words for a text that is no duration
   */
  static boolean isZero(String text) {
    String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return true;
    }
    String quoted = GoText.quote(text);
    boolean zero = true;
    int at = 0;
    Matcher part = PART.matcher(rest);
    while (at < rest.length()) {
      part.region(at, rest.length());
      if (!part.lookingAt()) {
        throw new WireException(400, "time: invalid duration " + quoted);
      }
      String unit = part.group(2);
      if (unit.isEmpty()) {
        throw new WireException(400, "time: missing unit in duration " + quoted);
      }
      if (!unit.matches("ns|us|µs|μs|ms|s|m|h")) {
        throw new WireException(
            400, "time: unknown unit " + GoText.quote(unit) + " in duration " + quoted);
      }
      zero &= part.group(1).matches("[0.]*");
      at = part.end();
    }
    if (at == 0) {
      throw new WireException(400, "time: invalid duration " + quoted);
    }
    return zero;
  }
}
