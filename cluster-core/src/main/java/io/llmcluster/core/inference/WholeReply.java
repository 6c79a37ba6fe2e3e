package io.llmcluster.core.inference;

import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The replies to a call, put together.
 *
 * @param head null if there was none
 */
record WholeReply(@Nullable Head head, ByteString body) {

  static final WholeReply NONE = new WholeReply(null, ByteString.emptyByteString());

  WholeReply and(InferReply next) {
    return next.hasHead()
        ? new WholeReply(next.getHead(), body)
        : new WholeReply(head, body.concat(WireBytes.toPekko(next.getChunk())));
  }
}
