package io.llmcluster.patterns.auto;

import java.util.Locale;

/** How much is put into an answer, the cheapest first. */
enum Rung {
  /** One model's answer. */
  SINGLE(1),
  /** The answers of all voters, each alone; the first rung's is one of them. */
  VOTE(2),
  /** The voters criticise each other. */
  DEBATE(3),
  /** A model that did not debate decides. */
  JUDGE(4);

  private final int number;

  Rung(int number) {
    this.number = number;
  }

  /** From 1, the lowest. */
  int number() {
    return number;
  }

  /** The one above; the highest stays. */
  Rung next() {
    return switch (this) {
      case SINGLE -> VOTE;
      case VOTE -> DEBATE;
      case DEBATE, JUDGE -> JUDGE;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Rung of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
