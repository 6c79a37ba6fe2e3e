package io.llmcluster.patterns.request;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids that are made of what they stand for: the same for the same, on every member. */
public final class DerivedId {

  /** Long enough that nobody meets another one's by chance: 96 bits. */
  public static final int BYTES = 12;

  private DerivedId() {}

  /**
   * @param prefix says of what kind it is
   * @param parts of which it is made
   */
  public static String of(String prefix, String... parts) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return prefix + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
