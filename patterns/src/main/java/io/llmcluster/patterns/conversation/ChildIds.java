package io.llmcluster.patterns.conversation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids of the workflows that answer messages: the same for the same attempt, after any crash. */
final class ChildIds {

  private static final int BYTES = 12;

  private ChildIds() {}

  static String of(String conversation, String messageId, int attempt) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  (conversation + "\n" + messageId + "\n" + attempt)
                      .getBytes(StandardCharsets.UTF_8));
      return "wf-" + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
