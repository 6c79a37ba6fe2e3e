package io.llmcluster.app.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes.
 *
 * @param out what was asked for
 * @param err everything else
 * @param terminal whether somebody watches: only then are lines redrawn or coloured
 */
public record Console(PrintWriter out, PrintWriter err, boolean terminal) {

  /** The start script says in this variable whether a terminal is there. */
  static final String TERMINAL = "LLM_CLUSTER_TERMINAL";

  /** Before each line that says why something failed. */
  static final String ERROR = "llm-cluster: ";

  private static final int USUAL_COLUMNS = 80;

  /** How wide it is; the start script says so, or whoever pipes. */
  static int columns() {
    return columns(System.getenv("COLUMNS"));
  }

  static int columns(@Nullable String text) {
    return text != null && text.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(text) : USUAL_COLUMNS;
  }

  static Console of(@Nullable CommandSpec spec) {
    CommandSpec known = Objects.requireNonNull(spec);
    return new Console(
        known.commandLine().getOut(),
        known.commandLine().getErr(),
        isTerminal(System.getenv(TERMINAL), System.getenv("NO_COLOR")));
  }

  /**
   * Since JDK 22 System.console() does not tell whether a terminal is there.
   *
   * @param said by the start script
   * @param noColor whoever sets it to anything wants no escape sequences (no-color.org)
   */
  static boolean isTerminal(@Nullable String said, @Nullable String noColor) {
    return "true".equals(said) && (noColor == null || noColor.isEmpty());
  }

  /** One line of progress. */
  public void say(String line) {
    out.println(line);
    out.flush();
  }

  /** What a model or another program says, which may be several lines. */
  public void quote(String text) {
    say(PlainText.lines(text));
  }

  /**
   * Redraws the last line on a terminal; elsewhere nothing, so that a log is not filled with it.
   */
  public void redraw(String line) {
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
    }
  }

  /** Ends what {@link #redraw} drew. */
  public void endRedraw() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  public void error(String line) {
    err.println(ERROR + PlainText.lines(line));
    err.flush();
  }
}
