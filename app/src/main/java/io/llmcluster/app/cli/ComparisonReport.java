package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Two workflows beside each other, as a terminal shows them. */
final class ComparisonReport {

  private static final int LEAST_CELL = 8;

  /** Beside the two that are compared: the name, and the space between. */
  private static final int NAMES = 24;

  private final int cell;

  /**
   * @param columns of the terminal
   */
  ComparisonReport(int columns) {
    this.cell = Math.max(LEAST_CELL, (columns - NAMES) / 2);
  }

  List<String> lines(JsonNode comparison) {
    JsonNode a = comparison.path("a");
    JsonNode b = comparison.path("b");
    Table table = new Table("", shown(a.path("id")), shown(b.path("id")));
    row(table, "status", a.path("status"), b.path("status"));
    row(table, "answer", answer(a), answer(b));
    row(table, "rule", a.at("/decision/rule"), b.at("/decision/rule"));
    row(table, "decision", a.at("/decision/chosen"), b.at("/decision/chosen"));
    row(table, "tally", a.at("/decision/tally"), b.at("/decision/tally"));
    row(table, "model calls", a.path("modelCalls"), b.path("modelCalls"));
    row(table, "tokens", a.path("tokens"), b.path("tokens"));
    row(table, "seconds", a.path("seconds"), b.path("seconds"));
    for (JsonNode field : comparison.path("request")) {
      row(table, "asked: " + field.path("field").asText(), field.path("a"), field.path("b"));
    }
    for (JsonNode step : comparison.path("steps")) {
      row(table, step.path("id").asText(), step(step.path("a")), step(step.path("b")));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        comparison.at("/same/answer").asBoolean()
            ? "the answers are the same"
            : "the answers differ");
    return lines;
  }

  private void row(Table table, String name, JsonNode a, JsonNode b) {
    table.row(name, shown(a), shown(b));
  }

  private static JsonNode answer(JsonNode side) {
    return side.has("answer") ? side.path("answer") : side.path("error");
  }

  private static JsonNode step(JsonNode step) {
    return step.has("output") ? step.path("output") : step.path("status");
  }

  private String shown(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    String text = (value.isValueNode() ? value.asText() : value.toString()).replaceAll("\\s+", " ");
    return DisplayWidth.of(text) <= cell
        ? text
        : text.substring(0, DisplayWidth.fitting(text, cell - 3)) + "...";
  }
}
