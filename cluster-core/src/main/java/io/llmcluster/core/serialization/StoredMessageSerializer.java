package io.llmcluster.core.serialization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Writes {@link StoredMessage}s. The manifest is the registered name of the root type; which
 * subtype it is stands in the bytes.
 */
public final class StoredMessageSerializer extends SerializerWithStringManifest {

  /** Stored beside each event: never to be changed. */
  private static final int IDENTIFIER = 730_100;

  private final ObjectMapper mapper = StoredMapper.create();
  private final Map<String, Class<?>> roots;

  /** Called by Pekko. */
  public StoredMessageSerializer(ExtendedActorSystem system) {
    this.roots =
        StoredTypeSettings.create(system.settings().config(), system.dynamicAccess().classLoader())
            .roots();
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return root(message).getKey();
  }

  @Override
  public byte[] toBinary(Object message) {
    try {
      return mapper.writerFor(root(message).getValue()).writeValueAsBytes(message);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException(
          "cannot be stored: " + message.getClass().getName(), failure);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    Class<?> root = roots.get(manifest);
    if (root == null) {
      throw new NotSerializableException(
          "stored as \"" + manifest + "\", which no module registers (expected: " + names() + ")");
    }
    try {
      return mapper.readerFor(root).readValue(bytes);
    } catch (IOException failure) {
      NotSerializableException unreadable =
          new NotSerializableException("unreadable \"" + manifest + "\": " + failure.getMessage());
      unreadable.initCause(failure);
      throw unreadable;
    }
  }

  private Map.Entry<String, Class<?>> root(Object message) {
    for (Map.Entry<String, Class<?>> entry : roots.entrySet()) {
      if (entry.getValue().isInstance(message)) {
        return entry;
      }
    }
    throw new IllegalArgumentException(
        message.getClass().getName()
            + " is under no type of llm-cluster.stored-types (expected: "
            + names()
            + ")");
  }

  private String names() {
    return String.join(", ", roots.keySet());
  }
}
