package io.llmcluster.patterns.vote;

import java.util.Locale;
import java.util.Optional;

/** Reads a short answer to an open question: case, articles and outer punctuation do not matter. */
final class OpenReader {

  /** Longer ones are never word for word the same. */
  private static final int MOST_CHARS = 80;

  private OpenReader() {}

  static Optional<String> read(AnswerText text) {
    String marked = text.marked();
    String said = marked != null ? marked : text.whole();
    String key =
        AnswerText.bare(said)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\s+", " ")
            .replaceFirst("^(?:the|an|a) (?=\\S)", "");
    return key.isEmpty() || key.length() > MOST_CHARS ? Optional.empty() : Optional.of(key);
  }
}
