package io.llmcluster.node.backend;

import io.llmcluster.core.stream.ByteBudget;
import org.apache.pekko.util.ByteString;

/**
 * What the whole answer to one request takes of the memory that all of them may have; given back
 * when the call is over.
 */
final class AnswerMemory {

  private final ByteBudget.Share share;

  AnswerMemory(ByteBudget budget, BackendRequest request) {
    this.share = budget.share();
    request.cancelled().thenRun(share::release); // it completes when the call is over, however
  }

  /**
   * Takes room for a piece, and gives the piece.
   *
   * @throws BackendException.NoRoomForAnswer if other answers have it now
   */
  ByteString take(ByteString piece) {
    if (!share.grow(piece.length())) {
      throw new BackendException.NoRoomForAnswer();
    }
    return piece;
  }
}
