package io.llmcluster.core.inference;

import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.stream.ByteBudget;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The replies to a call, put together.
 *
 * @param head null if there was none
 * @param memory what is counted for the body
 */
record WholeReply(@Nullable Head head, ByteString body, ByteBudget.Share memory) {

  static WholeReply none(ByteBudget.Share memory) {
    return new WholeReply(null, ByteString.emptyByteString(), memory);
  }

  WholeReply and(InferReply next) {
    return next.hasHead()
        ? new WholeReply(next.getHead(), body, memory)
        : new WholeReply(head, body.concat(WireBytes.toPekko(next.getChunk())), memory);
  }
}
