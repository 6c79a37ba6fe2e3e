package io.llmcluster.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several voices on one terminal: each has a lane, and a line of a lane is written as soon as it is
 * full, with the lane's name before it. So voices that speak at the same time stay readable, at any
 * width and in any script.
 */
final class Lanes {

  private static final int WIDEST_NAME = 12;
  private static final String BETWEEN = " | ";
  private static final int LEAST_COLUMNS = 20;
  private static final int[] COLOURS = {36, 33, 35, 32, 34, 31};

  private final int nameWidth;
  private final int width;
  private final boolean coloured;
  private final Map<String, StringBuilder> open = new LinkedHashMap<>();

  /**
   * @param columns of the terminal; one of fewer than 20 breaks the lines itself
   * @param coloured whether lanes have colours
   */
  Lanes(int columns, boolean coloured) {
    int there = Math.max(LEAST_COLUMNS, columns);
    this.nameWidth = Math.min(WIDEST_NAME, there / 3);
    this.width = there - nameWidth - BETWEEN.length();
    this.coloured = coloured;
  }

  /** More of what a voice says; the lines that are full now. */
  List<String> add(String lane, String text) {
    StringBuilder line = open.computeIfAbsent(lane, name -> new StringBuilder());
    List<String> full = new ArrayList<>();
    for (String part : text.split("(?<=\n)")) {
      boolean ends = part.endsWith("\n");
      line.append(PlainText.line(ends ? part.substring(0, part.length() - 1) : part));
      cut(lane, line, full);
      if (ends) {
        full.add(line(lane, line.toString()));
        line.setLength(0);
      }
    }
    return full;
  }

  /** A voice ends: what is left of its line, and nothing if that is nothing. */
  List<String> end(String lane) {
    StringBuilder line = open.remove(lane);
    return line == null || line.isEmpty() ? List.of() : List.of(line(lane, line.toString()));
  }

  /** A voice begins anew: what it had not finished is dropped. */
  void drop(String lane) {
    open.remove(lane);
  }

  /** Something that is said about a lane, in as many lines as it needs. */
  List<String> whole(String lane, String text) {
    StringBuilder left = new StringBuilder(PlainText.line(text));
    List<String> lines = new ArrayList<>();
    cut(lane, left, lines);
    lines.add(line(lane, left.toString()));
    return lines;
  }

  private String line(String lane, String text) {
    String whole = PlainText.line(lane);
    String name = whole.substring(0, DisplayWidth.fitting(whole, nameWidth));
    String padded = name + " ".repeat(Math.max(0, nameWidth - DisplayWidth.of(name)));
    return coloured
        ? "\u001b[" + colour(lane) + "m" + padded + "\u001b[0m" + BETWEEN + text
        : padded + BETWEEN + text;
  }

  private static int colour(String lane) {
    return COLOURS[Math.floorMod(lane.hashCode(), COLOURS.length)];
  }

  /** Takes the full lines off what is said and not yet written. */
  private void cut(String lane, StringBuilder said, List<String> full) {
    for (int cut = cut(said); cut > 0; cut = cut(said)) {
      full.add(line(lane, said.substring(0, cut)));
      said.delete(0, cut);
      strip(said);
    }
  }

  /**
   * Where the first line ends: behind the last word that fits; in the middle of a word only if it
   * is longer than a line. 0: the line is not full.
   */
  private int cut(StringBuilder said) {
    int fitting = DisplayWidth.fitting(said, width);
    if (fitting >= said.length() - unfinished(said)) {
      return 0;
    }
    int end = DisplayWidth.lastBreak(said, fitting);
    return end > 0 ? end : fitting;
  }

  /** Half of a character at the end, whose other half is still to come. */
  private static int unfinished(StringBuilder said) {
    return !said.isEmpty() && Character.isHighSurrogate(said.charAt(said.length() - 1)) ? 1 : 0;
  }

  private static void strip(StringBuilder line) {
    while (!line.isEmpty() && line.charAt(0) == ' ') {
      line.deleteCharAt(0);
    }
  }
}
