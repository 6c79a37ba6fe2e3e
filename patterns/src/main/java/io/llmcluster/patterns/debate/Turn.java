package io.llmcluster.patterns.debate;

import org.jspecify.annotations.Nullable;

/**
 * What a debater did in one round.
 *
 * @param debater from 0
 * @param what it did
 * @param step that it did it in, without repairs
 * @param before what it stood for until then; null: nothing yet
 * @param after what it stands for now; null: nothing yet
 * @param error the error that it named in its earlier answer; empty if none
 */
public record Turn(
    int debater,
    What what,
    String step,
    @Nullable Position before,
    @Nullable Position after,
    String error) {

  /** The kinds of turns. */
  public enum What {
    /** It had no answer until then. */
    ANSWERED,
    KEPT,
    /** It named an error and gave another answer. */
    CHANGED,
    /** It gave another answer but named no error, so its earlier answer stands. */
    UNFOUNDED,
    /** It said nothing that can be used. */
    FAILED
  }
}
