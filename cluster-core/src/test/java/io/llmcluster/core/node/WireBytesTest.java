package io.llmcluster.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class WireBytesTest {

  @Test
  void neither_way_copies() {
    byte[] array = "a large body".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ByteString there = ByteString.fromArrayUnsafe(array);
    ByteString back = WireBytes.toPekko(WireBytes.toProtobuf(there));
    assertThat(back.toArrayUnsafe()).isSameAs(array);
  }

  @Test
  void pieces_and_buffers_arrive_whole() {
    com.google.protobuf.ByteString text = com.google.protobuf.ByteString.copyFromUtf8("0123456789");
    com.google.protobuf.ByteString rope =
        com.google.protobuf.ByteString.copyFrom(java.util.Collections.nCopies(100, text));
    ByteBuffer direct = ByteBuffer.allocateDirect(3).put(new byte[] {'a', 'b', 'c'}).flip();
    for (var bytes :
        List.of(
            rope,
            rope.substring(3, 555),
            UnsafeByteOperations.unsafeWrap(direct),
            com.google.protobuf.ByteString.EMPTY)) {
      assertThat(WireBytes.toPekko(bytes).utf8String()).isEqualTo(bytes.toStringUtf8());
    }
  }
}
