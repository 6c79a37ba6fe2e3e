package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PackedNodesTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private final MemberNodes nodes =
      new MemberNodes(
          List.of(),
          List.of(
              Directories.node("a", 1, KIT.<SlotCommand>createTestProbe().ref())
                  .withInstalled(Directories.models(1_000))),
          List.of(),
          false);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** As a Java build does it that compresses otherwise than this one. */
  private static byte[] compressedOtherwise(byte[] bytes) throws IOException {
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(bytes));
        GZIPOutputStream again =
            new GZIPOutputStream(other) {
              {
                def.setLevel(Deflater.BEST_SPEED);
              }
            }) {
      plain.transferTo(again);
    }
    return other.toByteArray();
  }

  @Test
  void what_another_member_packed_is_handed_on_as_it_came() throws IOException {
    byte[] own = PackedNodes.of(nodes, KIT.system()).bytes();
    byte[] others = compressedOtherwise(own);
    assertThat(others).isNotEqualTo(own);
    PackedNodes packed = new PackedNodes(others);
    assertThat(packed.nodes(KIT.system())).isEqualTo(nodes);
    Serialization serialization = SerializationExtension.get(KIT.system());
    byte[] sent = serialization.serialize(packed).get();
    assertThat(sent).isEqualTo(others);
    PackedNodes received = serialization.deserialize(sent, PackedNodes.class).get();
    assertThat(received).isEqualTo(packed).hasSameHashCodeAs(packed);
    assertThat(serialization.serialize(received).get()).isEqualTo(others);
  }
}
