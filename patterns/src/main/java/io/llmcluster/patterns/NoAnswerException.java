package io.llmcluster.patterns;

import io.llmcluster.core.stream.Causes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * A workflow or a conversation did not answer in time. What it was told may become of it still: it
 * answers when that is in the store.
 */
public final class NoAnswerException extends TimeoutException {

  private static final long serialVersionUID = 1L;

  public NoAnswerException() {
    super(
        "it does not answer now (its member or the store may be away, or the store's disk full),"
            + " please try again");
  }

  /** The same answer, but one that is not there in time fails with this. */
  static <T> CompletionStage<T> ifLate(CompletionStage<T> answer) {
    return answer.exceptionallyCompose(
        failure ->
            CompletableFuture.failedStage(
                Causes.of(failure) instanceof TimeoutException
                    ? new NoAnswerException()
                    : failure));
  }
}
