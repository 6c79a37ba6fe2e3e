package io.llmcluster.core.serialization;

import com.typesafe.config.Config;

/**
 * How large a {@link ClusterMessage} may be. Artery logs a larger one and drops it, and who asked
 * is not answered: what can grow has to be bounded by it.
 */
public final class MessageSettings {

  /** The setting of Pekko that is the bound. */
  public static final String FRAME = "pekko.remote.artery.advanced.maximum-frame-size";

  /** For what is around the content: addresses, ids, names of types. */
  private static final long AROUND = 64 * 1024;

  private MessageSettings() {}

  /**
   * Bytes of content that fit into a message.
   *
   * @param root the whole configuration
   */
  public static long mostBytes(Config root) {
    return root.getBytes(FRAME) - AROUND;
  }
}
