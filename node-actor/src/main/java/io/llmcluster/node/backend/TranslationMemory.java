package io.llmcluster.node.backend;

import io.llmcluster.core.stream.ByteBudget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** What the translation of one request takes of the memory that all of them may have. */
final class TranslationMemory implements LongConsumer {

  private final ByteBudget budget;
  private final ByteBudget.Share share;
  private long taken;

  private TranslationMemory(ByteBudget budget) {
    this.budget = budget;
    this.share = budget.share();
  }

  /**
   * Does the work, and gives back what it took once its answer has begun, or failed.
   *
   * @param work is told whom to ask for memory before it takes some
   */
  static CompletionStage<BackendAnswer> during(
      ByteBudget budget, Function<LongConsumer, CompletionStage<BackendAnswer>> work) {
    TranslationMemory taken = new TranslationMemory(budget);
    try {
      return work.apply(taken).whenComplete((begun, failure) -> taken.share.release());
    } catch (RuntimeException failure) {
      taken.share.release();
      return CompletableFuture.failedStage(failure);
    }
  }

  /** Does work that leaves nothing of what it took, and gives it back. */
  static <T> T within(ByteBudget budget, Function<LongConsumer, T> work) {
    TranslationMemory taken = new TranslationMemory(budget);
    try {
      return work.apply(taken);
    } finally {
      taken.share.release();
    }
  }

  /**
   * Takes more.
   *
   * @throws BackendException.TooLarge if the request could not have it even alone
   * @throws BackendException.Full if others have it now
   */
  @Override
  public void accept(long bytes) {
    taken += bytes;
    if (taken > budget.bytes()) {
      throw new BackendException.TooLarge(
          "to translate it takes more than " + budget.bytes() + " bytes (node.translationMemory)");
    }
    if (!share.grow(bytes)) {
      throw new BackendException.Full();
    }
  }
}
