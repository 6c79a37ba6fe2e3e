package io.llmcluster.gateway.pattern;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A pattern that stands where a model's name is expected: {@code PATTERN} or {@code
 * PATTERN:MODEL,MODEL}, for example {@code ensemble:llama3.2:1b,qwen3:4b}.
 *
 * @param models its voices; empty: it chooses
 */
record PatternModel(String pattern, List<String> models) {

  /** The tag that some clients put behind every name without one. */
  private static final String ANY_TAG = "latest";

  /** Empty if the name is that of no pattern. */
  static Optional<PatternModel> of(String name, Predicate<String> isPattern) {
    int colon = name.indexOf(':');
    String pattern = colon < 0 ? name : name.substring(0, colon);
    if (!isPattern.test(pattern)) {
      return Optional.empty();
    }
    String rest = colon < 0 ? "" : name.substring(colon + 1);
    return Optional.of(
        new PatternModel(
            pattern,
            rest.isEmpty() || rest.equals(ANY_TAG)
                ? List.of()
                : Arrays.stream(rest.split(",", -1)).map(String::strip).toList()));
  }
}
