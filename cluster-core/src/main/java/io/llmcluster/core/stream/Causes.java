package io.llmcluster.core.stream;

import java.util.concurrent.CompletionException;

/** Why a stage failed. */
public final class Causes {

  private Causes() {}

  /**
   * What it failed with: a stage that depends on the one that failed has that in a {@link
   * CompletionException}, the one itself has it bare.
   */
  public static Throwable of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
