package io.llmcluster.node.translate;

import java.io.OutputStream;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/** Gathers what is written, in pieces: some of them are not copied. */
final class Rope extends OutputStream {

  private final ByteStringBuilder pieces = new ByteStringBuilder();

  @Override
  public void write(int single) {
    pieces.putByte((byte) single);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    pieces.putBytes(bytes, from, length);
  }

  /** Shared, not copied. */
  void append(ByteString piece) {
    pieces.append(piece);
  }

  ByteString whole() {
    return pieces.result();
  }
}
