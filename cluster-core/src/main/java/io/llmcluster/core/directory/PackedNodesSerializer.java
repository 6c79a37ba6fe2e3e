package io.llmcluster.core.directory;

import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Sends {@link PackedNodes} as they are. */
public final class PackedNodesSerializer extends SerializerWithStringManifest {

  /** The same in all members. */
  private static final int IDENTIFIER = 730_101;

  /** Called by Pekko. */
  public PackedNodesSerializer(ExtendedActorSystem system) {
    // needs nothing of it
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object nodes) {
    return "";
  }

  @Override
  public byte[] toBinary(Object nodes) {
    return ((PackedNodes) nodes).bytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    return new PackedNodes(bytes);
  }
}
