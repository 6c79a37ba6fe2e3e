package io.llmcluster.patterns.vote;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads which of the choices a text names. */
final class ChoiceReader {

  private static final Pattern SINGLE_LETTER = Pattern.compile("\\p{Lu}");
  private static final Pattern BEFORE_LABEL =
      Pattern.compile("(?i)^(?:option|choice|answer|letter|number)\\s+");

  /** "A good one" begins a sentence; "A or B" and "A is right" do not. */
  private static final String NO_ARTICLE =
      "(?!\\s+(?!(?:or|and|is|was|are|has|would|because)\\b)\\p{Ll})";

  /** A line that says what the answer is not names no answer. */
  private static final Pattern DENIES =
      Pattern.compile("(?i)\\b(?:not|wrong|incorrect|neither|nor|eliminated?)\\b|n't\\b");

  private final List<String> choices;
  private final Pattern named;

  ChoiceReader(List<String> choices) {
    this.choices = choices;
    this.named =
        Pattern.compile(
            choices.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(ChoiceReader::pattern)
                .collect(Collectors.joining("|", "(?<![\\p{L}\\p{N}])(?:", ")")));
  }

  /**
   * A letter is only meant as a label if it is a capital, and A and I only if they are no words of
   * a sentence.
   */
  private static String pattern(String choice) {
    String end = "(?![\\p{L}\\p{N}'\u2019])";
    if (!SINGLE_LETTER.matcher(choice).matches()) {
      return "(?iu:" + Pattern.quote(choice) + ")" + end;
    }
    return choice + (choice.equals("A") || choice.equals("I") ? end + NO_ARTICLE : end);
  }

  Optional<String> read(AnswerText text) {
    String marked = text.marked();
    if (marked != null) {
      return exactly(marked).or(() -> onlyOne(marked));
    }
    return exactly(text.first())
        .or(() -> exactly(text.last()))
        .or(() -> onlyOne(text.last()))
        .or(() -> onlyOne(text.whole()));
  }

  private Optional<String> exactly(String text) {
    String bare = AnswerText.bare(BEFORE_LABEL.matcher(AnswerText.bare(text)).replaceFirst(""));
    return choices.stream()
        .map(AnswerForm::key)
        .filter(key -> key.equals(AnswerForm.key(bare)) || key.equals(AnswerForm.key(text)))
        .findFirst();
  }

  private Optional<String> onlyOne(String text) {
    Set<String> found = new LinkedHashSet<>();
    Matcher matcher = named.matcher(text);
    while (matcher.find() && found.size() < 2) {
      found.add(AnswerForm.key(matcher.group()));
    }
    // "not guilty" is a choice like any other
    String rest = matcher.reset().replaceAll(" ");
    return found.size() == 1 && !DENIES.matcher(rest).find()
        ? Optional.of(found.iterator().next())
        : Optional.empty();
  }
}
