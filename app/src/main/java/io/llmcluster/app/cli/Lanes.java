package io.llmcluster.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several voices on one terminal: each has a lane, and a line of a lane is written as soon as it is
 * full, with the lane's name before it. So voices that speak at the same time stay readable, at any
 * width.
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
      line.append(ends ? part.substring(0, part.length() - 1) : part);
      while (line.length() > width) {
        int cut = cut(line);
        full.add(line(lane, line.substring(0, cut)));
        line.delete(0, cut);
        strip(line);
      }
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
    StringBuilder left = new StringBuilder(text);
    List<String> lines = new ArrayList<>();
    while (left.length() > width) {
      int cut = cut(left);
      lines.add(line(lane, left.substring(0, cut)));
      left.delete(0, cut);
      strip(left);
    }
    lines.add(line(lane, left.toString()));
    return lines;
  }

  private String line(String lane, String text) {
    String name = lane.length() > nameWidth ? lane.substring(0, nameWidth) : lane;
    String padded = name + " ".repeat(nameWidth - name.length());
    return coloured
        ? "\u001b[" + colour(lane) + "m" + padded + "\u001b[0m" + BETWEEN + text
        : padded + BETWEEN + text;
  }

  private static int colour(String lane) {
    return COLOURS[Math.floorMod(lane.hashCode(), COLOURS.length)];
  }

  /** After the last space that fits; in the middle of a word only if it is longer than a line. */
  private int cut(StringBuilder line) {
    int space = line.lastIndexOf(" ", width - 1);
    if (space > 0) {
      return space + 1;
    }
    return Character.isHighSurrogate(line.charAt(width - 1)) ? width - 1 : width;
  }

  private static void strip(StringBuilder line) {
    while (!line.isEmpty() && line.charAt(0) == ' ') {
      line.deleteCharAt(0);
    }
  }
}
