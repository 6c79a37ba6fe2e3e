package io.llmcluster.node.backend;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;
import io.llmcluster.core.stream.ByteBudget;
import java.time.Duration;

/**
 * Limits of the calls to backends.
 *
 * @param connectTimeout until the connection is there
 * @param firstByteTimeout from the request to the head of the answer
 * @param stallTimeout longest silence within an answer
 * @param probeTimeout for each of the calls that make up a look at a backend
 * @param maxLineBytes longest line or event of a stream
 * @param maxAnswerBytes largest answer that is not a stream
 * @param translations memory of all requests that are being translated
 * @param answers memory of all whole answers that are held
 */
public record BackendSettings(
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration stallTimeout,
    Duration probeTimeout,
    int maxLineBytes,
    int maxAnswerBytes,
    ByteBudget translations,
    ByteBudget answers) {

  /** What a message consists of beside its bytes, amply. */
  private static final int FRAME = 64 * 1024;

  private static final Duration SHORTEST = Duration.ofMillis(10);

  /** Reads the block {@code node}. */
  public static BackendSettings create(Config root) {
    SettingsReader node = SettingsReader.of(root, "node");
    return new BackendSettings(
        node.duration("connectTimeout", SHORTEST),
        node.duration("firstByteTimeout", SHORTEST),
        node.duration("stallTimeout", SHORTEST),
        node.duration("probeTimeout", SHORTEST),
        arraySize(node, "maxLineBytes"),
        arraySize(node, "maxAnswerBytes"),
        ByteBudget.ofSetting(node.bytes("translationMemory", 0)),
        ByteBudget.ofSetting(node.bytes("answerMemory", 0)));
  }

  /**
   * The largest message of the node protocol: an answer as a whole, or the longest line that came
   * in one piece with the end of the one before it.
   */
  public int maxMessageBytes() {
    return (int) Math.min(Integer.MAX_VALUE, (long) maxAnswerBytes + maxLineBytes + FRAME);
  }

  private static int arraySize(SettingsReader node, String key) {
    long bytes = node.bytes(key, 1024);
    if (bytes > 1L << 30) {
      throw node.refused(key, bytes, "from 1024 to 1073741824 bytes");
    }
    return (int) bytes;
  }
}
