package io.llmcluster.app.nodes;

import io.llmcluster.app.cli.Console;

/** Draws how much of a file is there, at most ten times a second. */
final class FetchProgress {

  private static final int WIDTH = 30;
  private static final long PAUSE_NANOS = 100_000_000;

  private final Console console;
  private long last = System.nanoTime() - PAUSE_NANOS;

  FetchProgress(Console console) {
    this.console = console;
  }

  /**
   * @param done bytes
   * @param total bytes; -1: not known
   */
  void at(long done, long total) {
    long now = System.nanoTime();
    if (now - last >= PAUSE_NANOS) {
      last = now;
      console.redraw(line(done, total));
    }
  }

  static String line(long done, long total) {
    String amount = done / 1_000_000 + " MB";
    if (total <= 0) {
      return "  " + amount;
    }
    int filled = (int) (WIDTH * Math.min(done, total) / total);
    return "  ["
        + "=".repeat(filled)
        + " ".repeat(WIDTH - filled)
        + "] "
        + 100 * Math.min(done, total) / total
        + "%  "
        + amount
        + " of "
        + total / 1_000_000
        + " MB";
  }
}
