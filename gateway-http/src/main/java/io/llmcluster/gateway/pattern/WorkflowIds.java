package io.llmcluster.gateway.pattern;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Ids of workflows and conversations: random, or made of a client's {@code Idempotency-Key}. */
public final class WorkflowIds {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 12;
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private WorkflowIds() {}

  /** A new one; or, for the same key of the same tenant, the same one. */
  public static String of(String tenant, String idempotencyKey) {
    return of("wf-", tenant, idempotencyKey);
  }

  /**
   * @param prefix says of what kind it is
   */
  public static String of(String prefix, String tenant, String idempotencyKey) {
    byte[] bytes = new byte[BYTES];
    if (idempotencyKey.isEmpty()) {
      RANDOM.nextBytes(bytes);
    } else {
      System.arraycopy(sha256(tenant + "\n" + idempotencyKey), 0, bytes, 0, BYTES);
    }
    return prefix + HexFormat.of().formatHex(bytes);
  }

  /** Whether a text can be an id at all. */
  public static boolean isValid(String id) {
    return VALID.matcher(id).matches();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
