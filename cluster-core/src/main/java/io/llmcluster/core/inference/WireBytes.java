package io.llmcluster.core.inference;

import com.google.protobuf.UnsafeByteOperations;
import org.apache.pekko.util.ByteString;

/**
 * Bytes between Pekko's and protobuf's types. Both are immutable, so wrapping is safe where no copy
 * is needed.
 */
public final class WireBytes {

  private WireBytes() {}

  public static com.google.protobuf.ByteString toProtobuf(ByteString bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.toArrayUnsafe());
  }

  public static ByteString toPekko(com.google.protobuf.ByteString bytes) {
    return ByteString.fromArrayUnsafe(bytes.toByteArray());
  }
}
