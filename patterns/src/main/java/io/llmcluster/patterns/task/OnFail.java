package io.llmcluster.patterns.task;

import java.util.Locale;
import java.util.Set;

/** What becomes of a run when one of its tasks has failed for good. */
public enum OnFail {
  /** The run fails. */
  FAIL,
  /** Tasks that need it are skipped; the others go on. */
  SKIP,
  /** Tasks that need it do without. */
  CONTINUE,
  /** What is left is planned anew; as {@link #SKIP} when that has been done often enough. */
  REPLAN;

  public static final Set<String> WORDS = Set.of("fail", "skip", "continue", "replan");

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Of a word that was checked before. */
  public static OnFail of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
