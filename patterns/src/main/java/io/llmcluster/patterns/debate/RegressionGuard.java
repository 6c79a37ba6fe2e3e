package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.JsonText;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Debates talk majorities out of right answers about as often as into them. So when the verdict is
 * not what the majority said at first, a judge has to cite the error in that earlier answer, in its
 * own words; else the earlier answer stands.
 *
 * @param needed whether the majority was left at all
 * @param upheld whether the turn counts
 * @param error what was wrong with the earlier answer; empty if nothing was cited
 * @param note what was not as it should be; empty if nothing
 * @param pending the judge's step, if it has to be asked first
 */
record RegressionGuard(
    boolean needed, boolean upheld, String error, String note, @Nullable StepSpec pending) {

  /** Any text contains a shorter quote by accident. */
  private static final int LEAST_QUOTE = 2;

  private static final RegressionGuard NOT_NEEDED = new RegressionGuard(false, true, "", "", null);

  static RegressionGuard of(Run run, DebateParams params, Poll first, Poll last, String chosen) {
    String earlier = first.majority().orElse(chosen);
    if (earlier.equals(chosen)) {
      return NOT_NEEDED;
    }
    if (run.exhausted()) {
      return stands("no budget to ask for the error in the earlier majority's answer");
    }
    Position left = first.speaker(earlier);
    StepSpec step = new DebateSteps(run.request(), params).guard(left, last.speaker(chosen));
    Outcome outcome = Structured.of(step, run, value -> check(value, text(run, left)));
    if (outcome instanceof Outcome.Pending open) {
      return new RegressionGuard(true, false, "", "", open.step());
    }
    if (outcome instanceof Outcome.Valid valid) {
      return valid.value().path("errorFound").asBoolean()
          ? new RegressionGuard(true, true, valid.value().path("error").asText().strip(), "", null)
          : stands("");
    }
    return stands("the judge cited no error that stands in the earlier majority's answer");
  }

  private static RegressionGuard stands(String note) {
    return new RegressionGuard(true, false, "", note, null);
  }

  private static List<String> check(JsonNode value, String earlier) {
    if (!value.path("errorFound").asBoolean()) {
      return List.of();
    }
    if (value.path("error").asText().isBlank()) {
      return List.of("error: empty (expected: why the quoted words are wrong)");
    }
    String quote = squeezed(value.path("quote").asText());
    return quote.length() >= LEAST_QUOTE && squeezed(earlier).contains(quote)
        ? List.of()
        : List.of(
            "quote: not in the earlier answer (expected: words copied from it; or errorFound false)");
  }

  private static String text(Run run, Position position) {
    return position.answer()
        + "\n"
        + run.output(position.answerStep()).map(RegressionGuard::strings).orElse("");
  }

  private static String strings(String output) {
    return JsonText.find(output)
        .map(json -> json.path("answer").asText() + "\n" + json.path("reasoning").asText())
        .orElse(output);
  }

  /** Models change punctuation, blanks and capitals when they copy. */
  private static String squeezed(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}+*/=<>%]+", " ").strip();
  }
}
