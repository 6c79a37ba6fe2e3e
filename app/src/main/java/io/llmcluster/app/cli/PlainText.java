package io.llmcluster.app.cli;

import java.util.regex.Pattern;

/**
 * What models and other programs say, as a terminal may get it: control characters become spaces,
 * since whoever writes an answer must not steer the terminal of who reads it.
 */
final class PlainText {

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
  private static final Pattern CONTROL_WITHIN_LINES = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

  private PlainText() {}

  /** Without ends of lines. */
  static String line(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }

  /** With ends of lines and tabs. */
  static String lines(String text) {
    return CONTROL_WITHIN_LINES.matcher(text).replaceAll(" ");
  }
}
