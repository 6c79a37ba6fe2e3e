package io.llmcluster.patterns.ensemble;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** How one answer is made of several. */
enum Rule {
  /** The most frequent answer: voting explains most of what debate gains (2508.17536). */
  MAJORITY,
  /** The same, each vote as heavy as its confidence. */
  WEIGHTED,
  /** Judges rank the candidates (2410.15168). */
  RANKED,
  /** One model picks a candidate, which is taken word for word (Universal Self-Consistency). */
  SELECT,
  /** One model compares each pair in both orders (position bias: 2406.07791). */
  JUDGE,
  /** Several do: small judges together beat a big one (2404.18796). */
  PANEL,
  /** One model writes the answer out of all (Mixture-of-Agents). */
  SYNTHESIZE;

  /** As the API writes it. */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Rule of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  static Set<String> words() {
    Set<String> words = new TreeSet<>();
    for (Rule rule : values()) {
      words.add(rule.wire());
    }
    return words;
  }

  /** Whether code alone counts, so that the outcome may be certain before all have answered. */
  boolean isVote() {
    return this == MAJORITY || this == WEIGHTED;
  }

  boolean comparesPairs() {
    return this == JUDGE || this == PANEL;
  }
}
