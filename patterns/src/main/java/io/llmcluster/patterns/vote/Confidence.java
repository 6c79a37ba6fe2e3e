package io.llmcluster.patterns.vote;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.structured.JsonText;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How sure a model says it is, and what that is worth. */
public final class Confidence {

  /** {@code Confidence: 0.8}, {@code confidence is 80%}, {@code **Confidence:** 8/10}. */
  private static final Pattern SAID =
      Pattern.compile(
          "(?i)\\bconfidence\\b[*_ ]{0,4}(?:level|score)?[*_ ]{0,4}(?:is|:|=)[*_ ]{0,4}"
              + "(\\d{1,3}(?:[.,]\\d{1,9})?|\\.\\d{1,9})\\s{0,2}(%|/\\s{0,2}100?\\b)?");

  private Confidence() {}

  /** What the text says about itself, 0 to 1; empty if nothing, or nothing sensible. */
  public static OptionalDouble read(String text) {
    Optional<JsonNode> said = JsonText.find(text).map(json -> json.path("confidence"));
    if (said.isPresent() && said.get().isNumber()) {
      return sensible(said.get().asDouble(), "");
    }
    OptionalDouble last = OptionalDouble.empty();
    Matcher matcher = SAID.matcher(text);
    while (matcher.find()) {
      last = sensible(Double.parseDouble(matcher.group(1).replace(',', '.')), matcher.group(2));
    }
    return last;
  }

  /** The text without what it says about its confidence, so that nobody takes that for a result. */
  static String without(String text) {
    return SAID.matcher(text).replaceAll("");
  }

  private static OptionalDouble sensible(
      double value, @org.jspecify.annotations.Nullable String unit) {
    double scale = value > 1 ? 100 : 1;
    if (unit != null && !unit.isEmpty()) {
      scale = unit.startsWith("/") && !unit.endsWith("100") ? 10 : 100;
    }
    double share = value / scale;
    return share >= 0 && share <= 1 ? OptionalDouble.of(share) : OptionalDouble.empty();
  }

  /**
   * What a vote of that confidence weighs: ReConcile's buckets (arXiv 2309.13007, §3.2), since
   * models call themselves far too sure. Who does not say weighs as little as who is unsure.
   */
  public static double weight(OptionalDouble confidence) {
    double said = confidence.orElse(0);
    if (said >= 1) {
      return 1.0;
    }
    if (said >= 0.9) {
      return 0.8;
    }
    if (said >= 0.8) {
      return 0.5;
    }
    return said > 0.6 ? 0.3 : 0.1;
  }
}
