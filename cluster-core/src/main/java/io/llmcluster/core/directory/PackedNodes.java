package io.llmcluster.core.directory;

import java.util.Arrays;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.serialization.SerializationExtension;
import org.jspecify.annotations.Nullable;

/**
 * {@link MemberNodes} as the bytes that their member has made of them, and as which they go from
 * member to member.
 *
 * <p>Distributed Data compares a hash of what each member would send. If each packed the nodes
 * anew, a large register would differ between members whose Java builds compress differently, and
 * they would send it to each other for ever. Immutable.
 */
final class PackedNodes {

  private final byte[] bytes;

  /**
   * @param bytes are not copied
   */
  PackedNodes(byte[] bytes) {
    this.bytes = bytes;
  }

  static PackedNodes of(MemberNodes nodes, ClassicActorSystemProvider system) {
    return new PackedNodes(SerializationExtension.get(system).serialize(nodes).get());
  }

  /**
   * @throws RuntimeException if they are of another version that cannot be read
   */
  MemberNodes nodes(ClassicActorSystemProvider system) {
    return SerializationExtension.get(system).deserialize(bytes, MemberNodes.class).get();
  }

  /** Not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PackedNodes packed && Arrays.equals(packed.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
