package io.llmcluster.node.backend;

import io.llmcluster.core.stream.ByteBudget;
import java.util.function.LongConsumer;

/** What the translation of one request takes of the memory that all of them may have. */
final class TranslationMemory implements LongConsumer {

  private final ByteBudget budget;
  private final ByteBudget.Share share;
  private long taken;

  TranslationMemory(ByteBudget budget) {
    this.budget = budget;
    this.share = budget.share();
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

  void release() {
    share.release();
  }
}
