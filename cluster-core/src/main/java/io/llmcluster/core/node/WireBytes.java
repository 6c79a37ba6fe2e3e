package io.llmcluster.core.node;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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

  /** Without a copy: a request's body may be large, and its sender holds it as well. */
  public static ByteString toPekko(com.google.protobuf.ByteString bytes) {
    Wrapped wrapped = new Wrapped();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, wrapped);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return wrapped.bytes;
  }

  /**
   * Takes what protobuf writes: bytes written "lazily" never change, the others have to be copied.
   */
  private static final class Wrapped extends ByteOutput {

    private ByteString bytes = ByteString.emptyByteString();

    private void add(ByteString more) {
      bytes = bytes.isEmpty() ? more : bytes.concat(more);
    }

    @Override
    public void write(byte value) {
      add(ByteString.fromArrayUnsafe(new byte[] {value}));
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      add(ByteString.fromArray(value, offset, length));
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      add(ByteString.fromArrayUnsafe(value, offset, length));
    }

    @Override
    public void write(ByteBuffer value) {
      add(ByteString.fromByteBuffer(value));
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      write(value);
    }
  }
}
