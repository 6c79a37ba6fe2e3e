package io.llmcluster.core.serialization;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;

/**
 * How large a {@link ClusterMessage} may be. Artery logs a larger one and drops it, and who asked
 * is not answered: what can grow has to be bounded by it.
 *
 * @param mostBytes of content that fit into a message, at least 1
 */
public record MessageSettings(long mostBytes) {

  /** The setting of Pekko that is the bound. */
  public static final String FRAME = "pekko.remote.artery.advanced.maximum-frame-size";

  /** For what is around the content: addresses, ids, names of types. */
  private static final long AROUND = 64 * 1024;

  public static MessageSettings create(Config root) {
    return new MessageSettings(SettingsReader.of(root).bytes(FRAME, AROUND + 1) - AROUND);
  }
}
