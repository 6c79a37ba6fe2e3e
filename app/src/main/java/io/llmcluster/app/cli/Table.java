package io.llmcluster.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A plain table: columns as wide as their widest cell, two spaces between them, no trailing space.
 */
final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    rows.add(List.of(head));
  }

  void row(String... cells) {
    rows.add(Arrays.stream(cells).map(PlainText::line).toList());
  }

  List<String> lines() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], DisplayWidth.of(row.get(i)));
      }
    }
    return rows.stream()
        .map(
            row -> {
              StringBuilder line = new StringBuilder();
              for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i))
                    .append(" ".repeat(widths[i] - DisplayWidth.of(row.get(i)) + 2));
              }
              return line.toString().stripTrailing();
            })
        .toList();
  }
}
